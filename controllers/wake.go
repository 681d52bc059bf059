package controllers

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/source"
)

// wake brings an object back to its reconciler when one of its runs has something to tell.
type wake struct {
	events chan event.GenericEvent
}

// wakeBuffer takes a burst of runs that end at once without holding them up.
const wakeBuffer = 1024

func newWake() *wake { return &wake{events: make(chan event.GenericEvent, wakeBuffer)} }

func (w *wake) notify(key types.NamespacedName) { w.events <- eventOf(key) }

// offer is notify for who can't wait.
func (w *wake) offer(key types.NamespacedName) {
	select {
	case w.events <- eventOf(key):
	default:
	}
}

func eventOf(key types.NamespacedName) event.GenericEvent {
	return event.GenericEvent{Object: &metav1.PartialObjectMetadata{
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name},
	}}
}

func (w *wake) source() source.Source {
	return source.Channel(w.events, &handler.EnqueueRequestForObject{})
}
