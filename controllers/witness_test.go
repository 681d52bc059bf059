package controllers_test

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// kinds that a witness looks at.
var kinds = []string{"FolderSync", "IntralinksIntegration"}

// witness sees each version of each object of a test's namespace, in the order in which the API server took
// them, and holds each against the rules of status and kstatus.
type witness struct {
	w *world

	mu       sync.Mutex
	versions map[string][]*unstructured.Unstructured // by kind, a slash and the name
	faults   []string
	done     bool
	texts    []string // every status as the API server gives it
}

// newWitness watches from before the first object is there. What it has found by the end of the test fails it.
func newWitness(w *world) *witness {
	w.t.Helper()
	watcher, err := client.NewWithWatch(w.env.Config, client.Options{Scheme: w.env.Scheme})
	w.must(err)
	z := &witness{w: w, versions: map[string][]*unstructured.Unstructured{}}
	var watching sync.WaitGroup
	var stops []func()
	for _, kind := range kinds {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		w.must(watcher.List(context.Background(), list, client.InNamespace(w.namespace)))
		from := &client.ListOptions{Namespace: w.namespace, Raw: &metav1.ListOptions{ResourceVersion: list.GetResourceVersion()}}
		seen, err := watcher.Watch(context.Background(), list, from)
		w.must(err)
		stops = append(stops, seen.Stop)
		watching.Go(func() { z.look(seen) })
	}
	w.t.Cleanup(func() {
		z.catchUp()
		z.mu.Lock()
		z.done = true
		z.mu.Unlock()
		for _, stop := range stops {
			stop()
		}
		watching.Wait()
		for _, fault := range z.faults {
			w.t.Error(fault)
		}
	})
	return z
}

func (z *witness) look(seen watch.Interface) {
	for event := range seen.ResultChan() {
		switch object, ok := event.Object.(*unstructured.Unstructured); {
		case !ok || event.Type == watch.Error:
			z.note("the watch ended early: %v", event.Object)
		case event.Type == watch.Deleted:
		default:
			z.see(object)
		}
	}
}

// see holds a version against the rules, and against the version before it.
func (z *witness) see(object *unstructured.Unstructured) {
	z.mu.Lock()
	defer z.mu.Unlock()
	key := object.GetKind() + "/" + object.GetName()
	var before *unstructured.Unstructured
	if n := len(z.versions[key]); n > 0 && z.versions[key][n-1].GetUID() == object.GetUID() {
		before = z.versions[key][n-1]
	}
	z.versions[key] = append(z.versions[key], object)
	object.SetManagedFields(nil)
	text, err := object.MarshalJSON()
	if err != nil {
		z.faults = append(z.faults, err.Error())
	}
	z.texts = append(z.texts, string(text))
	found := append(contradictions(object), contradictionsBetween(before, object)...)
	if len(found) > 0 {
		z.faults = append(z.faults, fmt.Sprintf("%s, version %d: %s\n%s", key, len(z.versions[key]), strings.Join(found, "; "), text))
	}
}

func (z *witness) note(format string, args ...any) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if !z.done { // a watch that is stopped ends with an error of its own
		z.faults = append(z.faults, fmt.Sprintf(format, args...))
	}
}

// catchUp waits until the versions that stand now have been seen.
func (z *witness) catchUp() {
	for _, kind := range kinds {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		z.w.must(z.w.client.List(context.Background(), list, client.InNamespace(z.w.namespace)))
		for _, object := range list.Items {
			z.w.Eventually(func() string {
				return z.last(kind, object.GetName()).GetResourceVersion()
			}).Should(gomega.Equal(object.GetResourceVersion()), "the witness sees the last version of %s %s", kind, object.GetName())
		}
	}
}

func (z *witness) last(kind, name string) *unstructured.Unstructured {
	all := z.of(kind, name)
	if len(all) == 0 {
		return &unstructured.Unstructured{}
	}
	return all[len(all)-1]
}

// of gives what was seen of an object so far, oldest first.
func (z *witness) of(kind, name string) []*unstructured.Unstructured {
	z.mu.Lock()
	defer z.mu.Unlock()
	return append([]*unstructured.Unstructured(nil), z.versions[kind+"/"+name]...)
}

// syncs gives what was seen of a FolderSync so far, oldest first, up to the version that the API server has now.
func (z *witness) syncs(name string) []*v1alpha1.FolderSync {
	z.w.t.Helper()
	z.catchUp()
	all := z.of("FolderSync", name)
	syncs := make([]*v1alpha1.FolderSync, len(all))
	for i, object := range all {
		syncs[i] = &v1alpha1.FolderSync{}
		z.w.must(runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, syncs[i]))
	}
	return syncs
}
