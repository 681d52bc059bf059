package controllers

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// wake brings an object back to its reconciler when one of its runs has something to tell. It never keeps anybody
// waiting: however many runs end at once, and also when nobody reconciles any more.
type wake struct {
	mu    sync.Mutex
	queue workqueue.TypedRateLimitingInterface[reconcile.Request] // nil: the reconciler has not begun
	early map[types.NamespacedName]bool                           // what it is woken for once it begins
}

func newWake() *wake { return &wake{early: map[types.NamespacedName]bool{}} }

func (w *wake) notify(key types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.add(key) {
		w.early[key] = true
	}
}

// offer is notify for what is of no use before the reconciler begins, which it never does on a replica that doesn't lead.
func (w *wake) offer(key types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.add(key)
}

// add is of no effect once the queue is shut down. The caller holds mu.
func (w *wake) add(key types.NamespacedName) (taken bool) {
	if w.queue == nil {
		return false
	}
	w.queue.Add(reconcile.Request{NamespacedName: key})
	return true
}

// source hands over to the controller.
func (w *wake) source() source.Source {
	return source.Func(func(_ context.Context, queue workqueue.TypedRateLimitingInterface[reconcile.Request]) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.queue = queue
		for key := range w.early {
			queue.Add(reconcile.Request{NamespacedName: key})
		}
		w.early = nil
		return nil
	})
}
