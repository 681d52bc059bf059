package crds

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	. "github.com/onsi/gomega"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	testingclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

func TestTheCRDsOfThisVersionHaveEverything(t *testing.T) {
	env := testenv.Start(t)
	NewWithT(t).Expect(Wait(t.Context(), env.Config, quiet, clock.RealClock{})).To(Succeed())
}

func TestAnOlderCRDIsNamedWithWhatItLacks(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	g.Expect(apiextensions.AddToScheme(env.Scheme)).To(Succeed())
	change := func(edit func(map[string]apiextensions.JSONSchemaProps)) {
		t.Helper()
		crd := &apiextensions.CustomResourceDefinition{}
		g.Expect(env.Client.Get(t.Context(), client.ObjectKey{Name: "foldersyncs.dataroom.dev"}, crd)).To(Succeed())
		edit(crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties)
		g.Expect(env.Client.Update(t.Context(), crd)).To(Succeed())
	}
	var interval, finished apiextensions.JSONSchemaProps
	change(func(fields map[string]apiextensions.JSONSchemaProps) {
		interval = fields["status"].Properties["nextSyncTime"]
		finished = fields["status"].Properties["lastSync"].Properties["completionTime"]
		delete(fields["status"].Properties, "nextSyncTime")
		delete(fields["status"].Properties["lastSync"].Properties, "completionTime")
	})
	t.Cleanup(func() {
		t.Helper()
		crd := &apiextensions.CustomResourceDefinition{}
		g.Expect(env.Client.Get(context.Background(), client.ObjectKey{Name: "foldersyncs.dataroom.dev"}, crd)).To(Succeed())
		fields := crd.Spec.Versions[0].Schema.OpenAPIV3Schema.Properties["status"].Properties
		fields["nextSyncTime"], fields["lastSync"].Properties["completionTime"] = interval, finished
		g.Expect(env.Client.Update(context.Background(), crd)).To(Succeed())
	})

	client, err := discovery.NewDiscoveryClientForConfig(env.Config)
	g.Expect(err).NotTo(HaveOccurred())
	g.Eventually(func() error { return Check(t.Context(), client) }).WithTimeout(time.Minute).Should(MatchError(And(
		ContainSubstring("the CRDs in the cluster are older than this operator: they lack FolderSync.status."),
		ContainSubstring("FolderSync.status.nextSyncTime"), ContainSubstring("FolderSync.status.lastSync.completionTime"),
		ContainSubstring("upgrading the release with crds.enabled=true"),
	)))
}

// answers is an API server that answers each request as it is told to.
func answers(t *testing.T, status int, body string) *rest.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return &rest.Config{Host: server.URL}
}

// waits runs Wait on a clock that goes on as soon as somebody waits for it, and returns how much time passed.
func waits(t *testing.T, config *rest.Config) (passed time.Duration, err error) {
	t.Helper()
	fake := testingclock.NewFakeClock(time.Unix(0, 0))
	done := make(chan error, 1)
	go func() { done <- Wait(t.Context(), config, quiet, fake) }()
	for {
		select {
		case err := <-done:
			return fake.Since(time.Unix(0, 0)), err
		default:
			if fake.HasWaiters() {
				fake.Step(again)
			}
		}
	}
}

var quiet = funcr.New(func(string, string) {}, funcr.Options{})

func TestMissingKindsAreWaitedForHalfAMinute(t *testing.T) {
	g := NewWithT(t)
	passed, err := waits(t, answers(t, http.StatusNotFound, `{"kind":"Status","reason":"NotFound","code":404}`))
	g.Expect(err).To(MatchError(ContainSubstring("it has no dataroom.dev/v1alpha1; apply those of this version")))
	g.Expect(passed).To(Equal(publishing))

	_, err = waits(t, answers(t, http.StatusOK, `{"components":{"schemas":{}}}`))
	g.Expect(err).To(MatchError(And(ContainSubstring("FolderSync"), ContainSubstring("IntralinksIntegration"))))
}

func TestAnAPIServerThatIsAwayIsWaitedForFourMinutes(t *testing.T) {
	g := NewWithT(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(listener.Close()).To(Succeed())
	passed, err := waits(t, &rest.Config{Host: "http://" + listener.Addr().String()})
	g.Expect(err).To(MatchError(And(ContainSubstring("the API server at http://127.0.0.1"), ContainSubstring("can't be used"), ContainSubstring("NetworkPolicy"))))
	g.Expect(passed).To(Equal(Patience))
}

// Where an account may not even read the schemas, the operator works as well as it can.
func TestAnAccountThatMayNotReadSchemasIsNotHeldUp(t *testing.T) {
	g := NewWithT(t)
	passed, err := waits(t, answers(t, http.StatusForbidden, `{"kind":"Status","reason":"Forbidden","code":403}`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(passed).To(BeZero())
}
