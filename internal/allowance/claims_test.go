package allowance_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	coordinationv1 "k8s.io/api/coordination/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/allowance"
)

func TestTheSecondDeploymentIsRefused(t *testing.T) {
	c := newCluster(t)
	first, second := c.deployment("first", "tenant=acme"), c.deployment("second", "tenant=beta")
	c.has(first)
	c.refused(second, "first")
	c.has(first)
	c.Expect(second.Claim(t.Context(), "beta.app.luminance.com", period)).To(Succeed(), "another instance is free")
	c.Expect(first.Holds("beta.app.luminance.com")).To(BeFalse())
}

// A Lease tells nothing of whose the instances are.
func TestALeaseNamesNoHost(t *testing.T) {
	c := newCluster(t)
	c.has(c.deployment("first", ""))
	for name, value := range c.lease("first").Annotations {
		c.Expect(name + value).NotTo(ContainSubstring("acme"))
	}
}

func TestNamespacesDoNotHideDeployments(t *testing.T) {
	c, elsewhere := newCluster(t), newCluster(t)
	c.has(c.deployment("operator", ""))
	elsewhere.refused(elsewhere.deployment("operator", ""), "operator")
}

// Of any number that come at the same time one gets it at most, and one does before long.
func TestOfManyAtOnceOneAtMostGetsIt(t *testing.T) {
	c := newCluster(t)
	for range 5 {
		var claims []*allowance.Claims
		for _, name := range []string{"a", "b", "c", "d"} {
			claims = append(claims, c.deployment(name, ""))
		}
		var group sync.WaitGroup
		var got atomic.Int64
		for _, d := range claims {
			group.Go(func() {
				var taken *allowance.TakenError
				switch err := d.Claim(t.Context(), instance, period); {
				case err == nil:
					got.Add(1)
				case !errors.As(err, &taken):
					t.Error(err)
				}
			})
		}
		group.Wait()
		c.Expect(got.Load()).To(BeNumerically("<=", 1))
		if err := c.env.Client.DeleteAllOf(t.Context(), &coordinationv1.Lease{}, client.InNamespace(c.namespace)); err != nil {
			t.Fatal(err)
		}
	}
}

// Who withdrew because both came at once has it when it is alone, as soon as the other has renewed.
func TestWhoWithdrewNamesItNoMore(t *testing.T) {
	c := newCluster(t)
	first := c.deployment("first", "")
	second := c.deployment("second", "")
	// The second one comes between the first one's look and its word.
	first.Reader = &between{Reader: first.Reader, after: func() { c.has(second) }}
	c.refused(first, "second")
	c.leads(first)
	c.Expect(c.lease("first").Annotations).To(HaveKey(HavePrefix("allowance.dataroom.dev/")))
	c.pass(16*time.Second, "first")
	c.Expect(c.lease("first").Annotations).NotTo(HaveKey(HavePrefix("allowance.dataroom.dev/")))
	c.has(second)
}

// between does something once, after the first list.
type between struct {
	client.Reader
	once  sync.Once
	after func()
}

func (b *between) List(ctx context.Context, list client.ObjectList, opts ...client.ListOption) error {
	err := b.Reader.List(ctx, list, opts...)
	b.once.Do(b.after)
	return err
}

// A deployment that is gone stands in nobody's way once all that it may have sent has left the instance's count, and not
// before.
func TestWhatADeadDeploymentSpentIsWaitedFor(t *testing.T) {
	c := newCluster(t)
	dead, next := c.deployment("dead", ""), c.deployment("next", "")
	c.has(dead)
	c.refused(next, "dead")
	c.clock.Step(period + 59*time.Second)
	c.refused(next, "dead")
	c.clock.Step(2 * time.Second)
	c.has(next)
	c.Expect(dead.Holds(instance)).To(BeFalse())
	c.refused(dead, "next")
}

// A Lease that was left behind long ago needs no watching.
func TestAnOldLeaseIsNoObstacle(t *testing.T) {
	c := newCluster(t)
	c.has(c.deployment("left", ""))
	c.clock.Step(period + 7*time.Minute)
	c.has(c.deployment("new", ""))
}

func TestWhoRenewsKeepsIt(t *testing.T) {
	c := newCluster(t)
	first, second := c.deployment("first", ""), c.deployment("second", "")
	c.has(first)
	c.leads(first)
	c.pass(period+2*time.Minute, "first")
	c.Expect(first.Holds(instance)).To(BeTrue())
	c.refused(second, "first")
}

// Without the API server a deployment can't know what others do.
func TestWhoCannotRenewSendsNothing(t *testing.T) {
	c := newCluster(t)
	d := c.deployment("first", "")
	c.has(d)
	c.clock.Step(44 * time.Second)
	c.Expect(d.Holds(instance)).To(BeTrue())
	c.clock.Step(time.Second)
	c.Expect(d.Holds(instance)).To(BeFalse())
	c.has(d) // it asks anew, and nobody was quicker
}

// One that wakes up when another one has taken over gives up what it had, and names it no more once it has had its time.
func TestWhoWakesUpTooLateHasLostIt(t *testing.T) {
	c := newCluster(t)
	frozen, next := c.deployment("frozen", ""), c.deployment("next", "")
	c.has(frozen)
	c.refused(next, "frozen")
	c.clock.Step(period + 61*time.Second)
	c.has(next)
	c.leads(frozen)
	c.pass(16*time.Second, "frozen")
	c.Expect(frozen.Holds(instance)).To(BeFalse())
	c.Expect(c.lease("frozen").Annotations).NotTo(HaveKey(HavePrefix("allowance.dataroom.dev/")))
	c.has(next)
}

func TestWhatIsReleasedIsFreeAfterItsPeriod(t *testing.T) {
	c := newCluster(t)
	first, second := c.deployment("first", ""), c.deployment("second", "")
	c.has(first)
	c.leads(first)
	first.Release(instance)
	c.Expect(first.Holds(instance)).To(BeFalse())
	c.pass(period-time.Minute, "first")
	c.refused(second, "first")
	c.clock.Step(2 * time.Minute)
	c.Eventually(func() map[string]string { return c.lease("first").Annotations }).ShouldNot(HaveKey(HavePrefix("allowance.dataroom.dev/")))
	c.has(second)
}

// The next process of a deployment has what the one before had, at once.
func TestAReplicaGoesOnAtOnce(t *testing.T) {
	c := newCluster(t)
	c.has(c.deployment("operator", ""))
	other := c.deployment("other", "")
	c.refused(other, "operator")
	c.has(c.deployment("operator", ""))
	c.refused(other, "operator")
}

// A replica that wants less than the one before it still keeps others off from what that one spent.
func TestAReplicaAnswersForTheOneBefore(t *testing.T) {
	c := newCluster(t)
	c.has(c.deployment("operator", ""))
	next := c.deployment("operator", "")
	c.Expect(next.Claim(t.Context(), "beta.app.luminance.com", period)).To(Succeed())
	c.refused(c.deployment("other", ""), "operator")
}

// One that looks after a list of namespaces sees only its own; whoever sees it gives way.
func TestWhoIsNotSeenIsGivenWay(t *testing.T) {
	c, elsewhere := newCluster(t), newCluster(t)
	everywhere := c.deployment("everywhere", "")
	blind := elsewhere.deployment("blind", "", "deals")
	c.has(everywhere)
	elsewhere.has(blind)
	c.leads(everywhere)
	c.pass(16*time.Second, "everywhere")
	c.Eventually(func() bool { return everywhere.Holds(instance) }).Should(BeFalse())
	c.refused(everywhere, "blind")
}

func TestALongerPeriodIsTold(t *testing.T) {
	c := newCluster(t)
	d := c.deployment("first", "")
	c.has(d)
	c.Expect(d.Claim(t.Context(), instance, time.Hour)).To(Succeed())
	c.leads(d)
	c.pass(16*time.Second, "first")
	c.Expect(c.lease("first").Annotations).To(ContainElement("1h0m0s"))
}

// Two that look after the same objects would write over each other's statuses.
func TestWhoLooksAfterAnObjectIsTold(t *testing.T) {
	c := newCluster(t)
	c.has(c.deployment("first", "tenant in (acme, beta)"))
	for _, tt := range []struct {
		labels map[string]string
		both   bool
	}{
		{map[string]string{"tenant": "beta"}, true},
		{map[string]string{"tenant": "gamma"}, false},
		{nil, false},
	} {
		taken, err := c.deployment("second", "tenant").Taken(t.Context(), instance)
		c.Expect(err).NotTo(HaveOccurred())
		c.Expect(taken.LooksAfter("deals", tt.labels)).To(Equal(tt.both), "%v", tt.labels)
	}
}

// Without leader election there is no Lease, and nobody to be refused by.
func TestWithoutLeaderElectionAllIsAllowed(t *testing.T) {
	g := NewWithT(t)
	var none *allowance.Claims
	g.Expect(none.Claim(t.Context(), instance, period)).To(Succeed())
	g.Expect(none.Holds(instance)).To(BeTrue())
	taken, err := none.Taken(t.Context(), instance)
	g.Expect(taken, err).To(BeNil())
	none.Release(instance)
}
