package installtest

import (
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// TestAWatchOfLabelledSecretsNeverGetsWhatIsInThem, nor anything of Secrets without the label.
func TestAWatchOfLabelledSecretsNeverGetsWhatIsInThem(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	all := render(t, "--set", "watch.labelledSecrets=true", "--set", "crds.enabled=false")
	token := account(t, env, all)
	seen := newWitness(t, env)
	watched := &overheard{}
	seen.overhear("secrets", watched)
	createSecret(t, env, "labelled", map[string]string{"dataroom.dev/watch": "true"})
	createSecret(t, env, "foreign", nil)
	createSecret(t, env, "unwanted", map[string]string{"dataroom.dev/watch": "false"})
	start(t, kubeconfigFor(t, seen.URL, seen.CA, token), chartArgs(t, all, filepath.Join(t.TempDir(), "ledger.db"))...)

	g.Eventually(watched.text).WithTimeout(soon).Should(ContainSubstring("labelled"))
	createSecret(t, env, "labelled-later", map[string]string{"dataroom.dev/watch": "true"})
	g.Eventually(watched.text).WithTimeout(soon).Should(ContainSubstring("labelled-later"))
	g.Expect(watched.text()).NotTo(Or(
		ContainSubstring(hushed), ContainSubstring(base64.StdEncoding.EncodeToString([]byte(hushed))),
		ContainSubstring("foreign"), ContainSubstring("unwanted")))
	g.Expect(seen.refused()).To(BeEmpty())
}

// TestAWatchThatIsNotGrantedIsTheLastWord and not an operator that waits for it.
func TestAWatchThatIsNotGrantedIsTheLastWord(t *testing.T) {
	for _, tt := range []struct{ name, set, where string }{
		{"in the cluster", "crds.enabled=false", "at the cluster scope"},
		{"in a namespace", "crds.enabled=false,watch.namespaces={deals}", `in the namespace "deals"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env := cluster(t)
			all := render(t, "--set", tt.set)
			token := account(t, env, all)
			p := start(t, kubeconfigFor(t, env.Config.Host, env.Config.CAData, token),
				append(chartArgs(t, all, filepath.Join(t.TempDir(), "ledger.db")), "--watch-labelled-secrets")...)
			NewWithT(t).Expect(p.lastWords(t, soon)).To(And(HavePrefix("intralinks-operator: --watch-labelled-secrets: "),
				ContainSubstring("cannot list resource"), ContainSubstring(tt.where), ContainSubstring("watch.labelledSecrets=true")))
		})
	}
}

// hushed is what is in the Secrets. It has a length at which it looks the same in any part of a base64 text.
const hushed = "hush-the-content-of-Secrets"

func createSecret(t *testing.T, env *testenv.Env, name string, labels map[string]string) {
	t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "deals", Name: name, Labels: labels}, StringData: map[string]string{"apiSecret": hushed}}
	if err := env.Client.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Client.Delete(context.Background(), secret); err != nil {
			t.Error(err)
		}
	})
}

// overheard is what the API server answers to lists and watches.
type overheard struct {
	lock sync.Mutex
	all  strings.Builder
}

func (o *overheard) Write(part []byte) (int, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.all.Write(part)
}

func (o *overheard) text() string {
	o.lock.Lock()
	defer o.lock.Unlock()
	return o.all.String()
}

// tee hands on an answer and keeps it.
func (o *overheard) tee(answer *http.Response) {
	body := answer.Body
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(body, o), body}
}
