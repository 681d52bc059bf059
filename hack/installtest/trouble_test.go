package installtest

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// lastWords are what Kubernetes shows as the reason of a pod's end: the last line of its log.
func (p *process) lastWords(t *testing.T, within time.Duration) string {
	t.Helper()
	g := NewWithT(t)
	g.Eventually(p.ended).WithTimeout(within).Should(BeClosed(), "it was to end by itself")
	g.Expect(p.command.ProcessState.ExitCode()).To(Equal(1))
	lines := strings.Split(strings.TrimSpace(p.log()), "\n")
	return lines[len(lines)-1]
}

func TestWhatKeepsTheOperatorFromStartingIsItsLastWord(t *testing.T) {
	nowhere := kubeconfigFor(t, "https://127.0.0.1:1", nil, "")
	folder := t.TempDir()
	for _, tt := range []struct{ name, arg, says string }{
		{"a misspelled flag", "--leder=x", "intralinks-operator: flag provided but not defined: -leder"},
		{"an address of another database", "--ledger=mysql://u:hunter2@db/ledger", "intralinks-operator: ledger: the mysql:// address names no database: write sqlite:///folder/ledger.db, with three slashes, for a file, or postgres://user@host/database"},
		{"an address that can't be read", "--ledger=postgres://u:hunter2@db:port/ledger", "intralinks-operator: ledger: the postgres:// address can't be read: write postgres://user@host:5432/database"},
		{"a volume that isn't mounted", "--ledger=sqlite://" + folder + "/missing/ledger.db", "is not a folder: create it, or mount a volume there"},
		{"a volume that can't be written", "--ledger=sqlite://" + folder, "must be able to write " + filepath.Dir(folder)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			p := start(t, nowhere, tt.arg)
			g.Expect(p.lastWords(t, soon)).To(ContainSubstring(tt.says))
			g.Expect(p.log()).NotTo(ContainSubstring("hunter2"))
		})
	}
}

func TestAnAPIServerThatIsAwayIsWaitedFor(t *testing.T) {
	g := NewWithT(t)
	env := cluster(t)
	all := render(t, "--set", "crds.enabled=false")
	token := account(t, env, all)
	between := newWitness(t, env)
	between.goAway()
	p := start(t, kubeconfigFor(t, between.URL, between.CA, token), chartArgs(t, all, filepath.Join(t.TempDir(), "ledger.db"))...)
	g.Eventually(p.log).WithTimeout(soon).Should(MatchRegexp(`"waiting for the API server","reason":"the API server at https://127\.0\.0\.1:\d+ can't be used`))

	between.comeBack()
	g.Eventually(p.ready).WithTimeout(soon).Should(Succeed())
	g.Eventually(p.log).WithTimeout(soon).Should(ContainSubstring("Successfully acquired lease"))

	// A leader that can't renew its lease must stop before another one begins.
	between.goAway()
	g.Expect(p.lastWords(t, 2*time.Minute)).To(And(HavePrefix("intralinks-operator: leader election lost: the lease intralinks-operator could not be renewed for 30s"),
		ContainSubstring("the API server didn't answer")))
}

func TestAnOperatorThatIsStoppedWhileItWaitsEndsInOrder(t *testing.T) {
	g := NewWithT(t)
	p := start(t, kubeconfigFor(t, "https://127.0.0.1:1", nil, ""), "--ledger=sqlite://"+t.TempDir()+"/ledger.db")
	g.Eventually(p.log).WithTimeout(soon).Should(ContainSubstring("waiting for the API server"))
	p.stop(t)
	g.Expect(p.command.ProcessState.ExitCode()).To(BeZero())
}
