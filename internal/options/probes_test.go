package options_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"dataroom.dev/intralinks-operator/internal/options"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

func TestReadyMeansThatTheLedgerAndTheObjectsCanBeRead(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	address := listener.Addr().String()
	g.Expect(listener.Close()).To(Succeed())
	// A replica that waits for a lease, which another one holds for good: nothing but the probes reads an object.
	mgr, err := ctrl.NewManager(env.Config, ctrl.Options{
		Scheme: env.Scheme, HealthProbeBindAddress: address, Metrics: metricsserver.Options{BindAddress: "0"},
	})
	g.Expect(err).NotTo(HaveOccurred())
	var trouble atomic.Value
	o := &options.Options{}
	g.Expect(o.Probes(mgr, func(context.Context) error {
		err, _ := trouble.Load().(error)
		return err
	})).To(Succeed())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		g.Expect(<-ended).To(Succeed())
	})
	probe := func(path string) (status int) {
		status, _ = get(t, "http://"+address+path)
		return status
	}

	g.Eventually(func() int { return probe("/readyz") }).WithTimeout(time.Minute).Should(Equal(http.StatusOK))
	g.Expect(probe("/healthz")).To(Equal(http.StatusOK))

	trouble.Store(errors.New("the disk is gone"))
	g.Expect(probe("/readyz")).To(Equal(http.StatusInternalServerError))
	g.Expect(probe("/readyz/ledger")).To(Equal(http.StatusInternalServerError))
	g.Expect(probe("/readyz/cache")).To(Equal(http.StatusOK))
	g.Expect(probe("/healthz")).To(Equal(http.StatusOK), "a restart would mend nothing")
}

func TestNotReadyBeforeTheObjectsAreRead(t *testing.T) {
	g := NewWithT(t)
	// Nobody answers there, as while the API server is away.
	config := testenv.Start(t).Config
	away := *config
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	address := listener.Addr().String()
	g.Expect(listener.Close()).To(Succeed())
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	away.Host = "https://" + closed.Addr().String()
	g.Expect(closed.Close()).To(Succeed())
	mgr, err := ctrl.NewManager(&away, ctrl.Options{
		Scheme: testenv.Start(t).Scheme, HealthProbeBindAddress: address, Metrics: metricsserver.Options{BindAddress: "0"},
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect((&options.Options{}).Probes(mgr, func(context.Context) error { return nil })).To(Succeed())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		//nolint:errcheck // about the API server that was away
		<-ended
	})

	g.Eventually(func() int { status, _ := get(t, "http://"+address+"/healthz"); return status }).WithTimeout(time.Minute).Should(Equal(http.StatusOK))
	status, _ := get(t, "http://"+address+"/readyz/cache")
	g.Expect(status).To(Equal(http.StatusInternalServerError))
}

// get gives status and text of an answer; 0 where nobody answers.
func get(t *testing.T, url string) (status int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, string(body)
}
