package allowance_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	"k8s.io/apimachinery/pkg/labels"
	testingclock "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/allowance"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

const (
	instance = "acme.app.luminance.com"
	period   = 10 * time.Minute
)

// cluster is a real API server, and a clock that all deployments go by.
type cluster struct {
	*WithT
	t         *testing.T
	env       *testenv.Env
	clock     *testingclock.FakeClock
	namespace string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	env := testenv.Start(t)
	c := &cluster{WithT: NewWithT(t), t: t, env: env, clock: testingclock.NewFakeClock(time.Now()), namespace: env.Namespace(t)}
	c.SetDefaultEventuallyTimeout(time.Minute)
	t.Cleanup(func() {
		// Others, of other tests, would meet them.
		if err := env.Client.DeleteAllOf(context.Background(), &coordinationv1.Lease{}, client.InNamespace(c.namespace)); err != nil {
			t.Error(err)
		}
	})
	return c
}

// deployment is one that looks after what the selector matches.
func (c *cluster) deployment(name, selector string, namespaces ...string) *allowance.Claims {
	c.t.Helper()
	parsed, err := labels.Parse(selector)
	if err != nil {
		c.t.Fatal(err)
	}
	return &allowance.Claims{
		Reader: c.env.Client, Writer: c.env.Client, Namespace: c.namespace, Name: name, Identity: name,
		Watched: allowance.Watched{Selector: parsed, Namespaces: namespaces}, Clock: c.clock, Log: logr.Discard(),
	}
}

func (c *cluster) claim(d *allowance.Claims) error { return d.Claim(c.t.Context(), instance, period) }

// has makes sure that a deployment gets the allowance.
func (c *cluster) has(d *allowance.Claims) {
	c.t.Helper()
	c.Expect(c.claim(d)).To(Succeed())
	c.Expect(d.Holds(instance)).To(BeTrue())
}

// refused makes sure that it does not, because of another.
func (c *cluster) refused(d *allowance.Claims, because string) {
	c.t.Helper()
	var taken *allowance.TakenError
	c.Expect(errors.As(c.claim(d), &taken)).To(BeTrue())
	c.Expect(taken.Lease).To(Equal(because))
	c.Expect(d.Holds(instance)).To(BeFalse())
}

// leads has a deployment renew its Lease, until stop.
func (c *cluster) leads(d *allowance.Claims) (stop func()) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Start(ctx) }()
	c.Eventually(c.clock.HasWaiters).Should(BeTrue())
	stop = sync.OnceFunc(func() {
		cancel()
		c.Expect(<-ended).To(Succeed())
	})
	c.t.Cleanup(stop)
	return stop
}

func (c *cluster) lease(name string) *coordinationv1.Lease {
	c.t.Helper()
	var lease coordinationv1.Lease
	if err := c.env.Client.Get(c.t.Context(), client.ObjectKey{Namespace: c.namespace, Name: name}, &lease); err != nil {
		c.t.Fatal(err)
	}
	return &lease
}

// pass lets time go by, in steps in which whoever leads renews.
func (c *cluster) pass(d time.Duration, renewed ...string) {
	c.t.Helper()
	const step = 16 * time.Second // longer than the interval of renewals
	for ; d > 0; d -= step {
		before := map[string]string{}
		for _, name := range renewed {
			before[name] = c.lease(name).ResourceVersion
		}
		c.clock.Step(min(d, step))
		if d < step {
			return
		}
		for _, name := range renewed {
			c.Eventually(func() string { return c.lease(name).ResourceVersion }).ShouldNot(Equal(before[name]), "%s renews", name)
		}
	}
}
