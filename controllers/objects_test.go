package controllers_test

import (
	"context"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// heron is the id of the exchange that holds a world's room.
const heron = 7100015

// Names of the objects that most tests have one of.
const (
	production = "production" // the integration
	contracts  = "contracts"  // the FolderSync
)

// createSecrets creates the credentials of both ends, as values of the keys that the operator asks for.
func (w *world) createSecrets() {
	w.t.Helper()
	w.createSecret("intralinks-api", "apiKey", apiKey, "apiSecret", apiSecret)
	w.createSecret("luminance-service-user", "clientID", clientID, "clientSecret", clientSecret)
}

// createSecret creates a Secret of keys and values.
func (w *world) createSecret(name string, values ...string) {
	w.t.Helper()
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}}
	w.fill(secret, values)
	w.must(w.client.Create(context.Background(), secret))
}

// updateSecret gives a Secret other values.
func (w *world) updateSecret(name string, values ...string) {
	w.t.Helper()
	var secret corev1.Secret
	w.must(w.client.Get(context.Background(), w.key(name), &secret))
	w.fill(&secret, values)
	w.must(w.client.Update(context.Background(), &secret))
}

func (w *world) fill(secret *corev1.Secret, values []string) {
	secret.Data = map[string][]byte{}
	for i := 0; i < len(values); i += 2 {
		secret.Data[values[i]] = []byte(values[i+1])
		w.hush.add(values[i+1])
	}
}

// createIntegration creates one with a service account for both ends.
func (w *world) createIntegration(change ...func(*v1alpha1.IntralinksIntegration)) {
	w.t.Helper()
	i := &v1alpha1.IntralinksIntegration{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: production}}
	i.Spec.Intralinks = v1alpha1.IntralinksConnection{
		Grant: v1alpha1.ClientCredentialsGrant, BaseURL: w.sourceURL,
		CredentialsSecretRef: v1alpha1.SecretReference{Name: "intralinks-api"},
	}
	none := int32(0)
	i.Spec.Luminance = v1alpha1.LuminanceConnection{
		BaseURL:              w.targetURL,
		CredentialsSecretRef: v1alpha1.SecretReference{Name: "luminance-service-user"},
		RequestBudget:        v1alpha1.RequestBudget{Requests: 1_000_000, Reserve: &none},
	}
	for _, f := range change {
		f(i)
	}
	w.must(w.client.Create(context.Background(), i))
}

// createSync creates a FolderSync of /Contracts of Project Heron to /Deal of the Division Corporate.
func (w *world) createSync(name string, change ...func(*v1alpha1.FolderSync)) {
	w.t.Helper()
	w.must(w.client.Create(context.Background(), w.newSync(name, change...)))
}

func (w *world) newSync(name string, change ...func(*v1alpha1.FolderSync)) *v1alpha1.FolderSync {
	s := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}}
	s.Spec = v1alpha1.FolderSyncSpec{
		IntegrationRef: v1alpha1.IntegrationReference{Name: production},
		Source:         v1alpha1.Source{Exchange: v1alpha1.ExchangeReference{Name: "Project Heron"}, Folder: "/Contracts"},
		Destination:    v1alpha1.Destination{Division: v1alpha1.DivisionReference{Name: "Corporate"}, Folder: "/Deal"},
	}
	for _, f := range change {
		f(s)
	}
	return s
}

// createAll creates the Secrets, the integration and a FolderSync.
func (w *world) createAll(change ...func(*v1alpha1.FolderSync)) {
	w.t.Helper()
	w.createSecrets()
	w.createIntegration()
	w.createSync(contracts, change...)
}

// from names the source folder, to the destination folder of a FolderSync.
func from(folder string) func(*v1alpha1.FolderSync) {
	return func(s *v1alpha1.FolderSync) { s.Spec.Source.Folder = folder }
}

func to(folder string) func(*v1alpha1.FolderSync) {
	return func(s *v1alpha1.FolderSync) { s.Spec.Destination.Folder = folder }
}

func (w *world) key(name string) client.ObjectKey {
	return client.ObjectKey{Namespace: w.namespace, Name: name}
}

func (w *world) sync(name string) *v1alpha1.FolderSync {
	w.t.Helper()
	var s v1alpha1.FolderSync
	w.must(w.client.Get(context.Background(), w.key(name), &s))
	return &s
}

func (w *world) integration() *v1alpha1.IntralinksIntegration {
	w.t.Helper()
	var i v1alpha1.IntralinksIntegration
	w.must(w.client.Get(context.Background(), w.key(production), &i))
	return &i
}

// changeSync patches a FolderSync as a person does with kubectl.
func (w *world) changeSync(name string, change func(*v1alpha1.FolderSync)) {
	w.t.Helper()
	s := w.sync(name)
	before := s.DeepCopy()
	change(s)
	w.must(w.client.Patch(context.Background(), s, client.MergeFrom(before)))
}

func (w *world) changeIntegration(change func(*v1alpha1.IntralinksIntegration)) {
	w.t.Helper()
	i := w.integration()
	before := i.DeepCopy()
	change(i)
	w.must(w.client.Patch(context.Background(), i, client.MergeFrom(before)))
}

func (w *world) deleteSync(name string) {
	w.t.Helper()
	w.must(w.client.Delete(context.Background(), w.sync(name)))
}

// request asks for a run, or for a check, by the annotation.
func request(o client.Object, value string) {
	annotations := o.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[v1alpha1.ReconcileRequestAnnotation] = value
	o.SetAnnotations(annotations)
}

// intervalPasses makes the next run of a FolderSync due, as the time that its status names would.
func (w *world) intervalPasses(name string) {
	w.t.Helper()
	s := w.sync(name)
	before := s.DeepCopy()
	past := metav1.NewTime(time.Now().Add(-time.Second).Truncate(time.Second))
	s.Status.NextSyncTime = &past
	w.must(w.client.Status().Patch(context.Background(), s, client.MergeFrom(before)))
}

// checkIsDue makes the next check of the integration due.
func (w *world) checkIsDue() {
	w.t.Helper()
	i := w.integration()
	before := i.DeepCopy()
	past := metav1.NewTime(time.Now().Add(-time.Second).Truncate(time.Second))
	i.Status.NextCheckTime = &past
	w.must(w.client.Status().Patch(context.Background(), i, client.MergeFrom(before)))
}

// settles waits until a FolderSync's newest spec has been seen and Ready has a status and a reason with no
// work under way, and returns it.
func (w *world) settles(name string, ready metav1.ConditionStatus, reason string) *v1alpha1.FolderSync {
	w.t.Helper()
	return w.settlesAfter(name, "", ready, reason)
}

// settlesAfter is settles for a state that a later run than the one with an id has brought.
func (w *world) settlesAfter(name, runID string, ready metav1.ConditionStatus, reason string) *v1alpha1.FolderSync {
	w.t.Helper()
	var s *v1alpha1.FolderSync
	w.eventually(func(g gomega.Gomega) {
		s = w.sync(name)
		expectSettled(g, s.Status.Conditions, s.Generation, s.Status.ObservedGeneration, ready, reason)
		if runID != "" {
			g.Expect(s.Status.LastSync.RunID).NotTo(gomega.Equal(runID), "another run")
		}
	})
	return s
}

// says waits until a FolderSync is not ready for a reason, and expects words in its message and whether it is stalled.
func (w *world) says(name, reason string, stalled bool, words ...string) *v1alpha1.FolderSync {
	w.t.Helper()
	s := w.settles(name, metav1.ConditionFalse, reason)
	for _, word := range words {
		w.Expect(readyOf(s.Status.Conditions).Message).To(gomega.ContainSubstring(word))
	}
	w.Expect(isTrue(s.Status.Conditions, v1alpha1.StalledCondition)).To(gomega.Equal(stalled))
	w.Expect(s.Status.NextSyncTime).NotTo(gomega.BeNil(), "it is tried again some time")
	return s
}

// connects waits until the integration's newest spec has been checked and Ready has a status and a reason.
func (w *world) connects(ready metav1.ConditionStatus, reason string) *v1alpha1.IntralinksIntegration {
	w.t.Helper()
	var i *v1alpha1.IntralinksIntegration
	w.eventually(func(g gomega.Gomega) {
		i = w.integration()
		expectSettled(g, i.Status.Conditions, i.Generation, i.Status.ObservedGeneration, ready, reason)
	})
	return i
}

func expectSettled(g gomega.Gomega, list []metav1.Condition, generation, observed int64, status metav1.ConditionStatus, reason string) {
	g.Expect(observed).To(gomega.Equal(generation))
	g.Expect(meta.FindStatusCondition(list, v1alpha1.ReadyCondition)).To(gomega.HaveValue(gomega.And(
		gomega.HaveField("Status", status), gomega.HaveField("Reason", reason))), "%+v", list)
	g.Expect(meta.IsStatusConditionTrue(list, v1alpha1.ReconcilingCondition)).To(gomega.BeFalse())
}

// readyOf is the Ready condition.
func readyOf(list []metav1.Condition) *metav1.Condition {
	return meta.FindStatusCondition(list, v1alpha1.ReadyCondition)
}

func conditionOf(s *v1alpha1.FolderSync, kind string) *metav1.Condition {
	return meta.FindStatusCondition(s.Status.Conditions, kind)
}

func isTrue(list []metav1.Condition, kind string) bool { return meta.IsStatusConditionTrue(list, kind) }

// looksAround waits until an operator that has nothing to do has looked at everything that there is: it has
// dealt with FolderSyncs that came later, one after the other.
func (w *world) looksAround() {
	w.t.Helper()
	for range 2 {
		w.createSync("last", func(s *v1alpha1.FolderSync) { s.Spec.IntegrationRef.Name = "no-such-integration" })
		w.settles("last", metav1.ConditionFalse, v1alpha1.IntegrationNotFoundReason)
		w.deleteSync("last")
	}
}

// events gives the Events about an object, reason and note.
func (w *world) events(name string) (texts []string) {
	w.t.Helper()
	var events eventsv1.EventList
	w.must(w.client.List(context.Background(), &events, client.InNamespace(w.namespace)))
	for _, event := range events.Items {
		if event.Regarding.Name == name {
			texts = append(texts, event.Reason+": "+event.Note)
		}
	}
	return texts
}
