package controllers

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func wakeQueue() workqueue.TypedRateLimitingInterface[reconcile.Request] {
	return workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[reconcile.Request]())
}

// TestNobodyWaitsToWakeAReconciler: not when thousands of runs end at once, and not when nobody reconciles any more.
func TestNobodyWaitsToWakeAReconciler(t *testing.T) {
	const many = 5000
	g := NewWithT(t)
	w, queue := newWake(), wakeQueue()
	g.Expect(w.source().Start(t.Context(), queue)).To(Succeed())
	for n := range many {
		w.notify(types.NamespacedName{Namespace: "deals", Name: fmt.Sprint(n)})
		w.notify(types.NamespacedName{Namespace: "deals", Name: fmt.Sprint(n)})
	}
	g.Expect(queue.Len()).To(Equal(many), "one that waits is not queued twice")
	queue.ShutDown()
	for n := range many {
		w.notify(types.NamespacedName{Namespace: "late", Name: fmt.Sprint(n)})
	}
	g.Expect(queue.Len()).To(Equal(many))
}

func TestWhatIsToldBeforeTheReconcilerBeginsIsKept(t *testing.T) {
	g := NewWithT(t)
	w, queue := newWake(), wakeQueue()
	defer queue.ShutDown()
	early, offered := types.NamespacedName{Name: "early"}, types.NamespacedName{Name: "offered"}
	w.notify(early)
	w.offer(offered)
	g.Expect(w.source().Start(t.Context(), queue)).To(Succeed())
	g.Expect(queue.Len()).To(Equal(1), "a replica that doesn't lead would keep what is offered for ever")
	first, _ := queue.Get()
	g.Expect(first).To(Equal(reconcile.Request{NamespacedName: early}))
}
