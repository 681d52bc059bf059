package main

import (
	"context"
	"regexp"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// connected is an integration with which all is in order.
func connected(change ...func(*v1alpha1.IntralinksIntegrationStatus)) v1alpha1.IntralinksIntegrationStatus {
	status := v1alpha1.IntralinksIntegrationStatus{
		ObservedGeneration: 1, Account: "operator@firm.example", TokenExpiresAt: new(metav1.NewTime(time.Now().Add(25*24*time.Hour + time.Minute))), ExchangeCount: 4,
		Conditions:    ready(metav1.ConditionTrue, v1alpha1.ConnectedReason, "4 exchanges"),
		Luminance:     v1alpha1.LuminanceStatus{Product: "corporate", Version: "130.0", ServiceUser: &v1alpha1.ServiceUser{ID: 7, Name: "operator"}},
		RequestBudget: &v1alpha1.RequestBudgetStatus{Limit: 80, Used: 12},
	}
	for _, f := range change {
		f(&status)
	}
	return status
}

// is not ready, and says why.
func broken(reason, message string, condition ...string) func(*v1alpha1.IntralinksIntegrationStatus) {
	return func(status *v1alpha1.IntralinksIntegrationStatus) {
		status.Conditions = ready(metav1.ConditionFalse, reason, message)
		for _, c := range condition {
			status.Conditions = append(status.Conditions, metav1.Condition{Type: c, Status: metav1.ConditionFalse, Reason: reason, Message: message, LastTransitionTime: *at(0)})
		}
	}
}

func (w *world) withSecrets() {
	w.t.Helper()
	w.createSecret("intralinks", "apiKey", "k", "apiSecret", "s")
	w.createSecret("luminance", "clientID", "i", "clientSecret", "s")
}

// passing is what differs from one run to the next.
var passing = regexp.MustCompile(`Kubernetes v[^\s",]+|until [^"(]* \(in|since .*`)

func (w *world) examined(args ...string) outcome {
	w.t.Helper()
	got := w.run(append([]string{"doctor"}, args...)...)
	got.out, got.err = passing.ReplaceAllString(got.out, "…"), passing.ReplaceAllString(got.err, "…")
	return got
}

func TestDoctorFindsAllInOrder(t *testing.T) {
	w := newWorld(t)
	w.withSecrets()
	w.createIntegration("production", connected())
	w.createSync("heron", v1alpha1.FolderSyncStatus{Division: &v1alpha1.ResolvedReference{ID: 3, Name: "Corporate"}})
	for name, args := range map[string][]string{
		"doctor": nil, "doctor-json": {"-o", "json"}, "doctor-yaml": {"production", "-o", "yaml"}, "doctor-csv": {"-o", "csv"},
	} {
		t.Run(name, func(*testing.T) {
			got := w.examined(args...)
			w.Expect(got.code).To(Equal(exitDone), got.err)
			w.golden(name, got.out)
		})
	}
}

func TestDoctorHoldsTheClocksAgainstEachOther(t *testing.T) {
	w := newWorld(t)
	w.Expect(w.run("doctor").out).NotTo(ContainSubstring("apart"))
	w.Expect(w.runAtNoon("doctor").out).To(MatchRegexp(`! cluster .*; its clock and this machine's are \S+ apart`))
}

// TestDoctorStopsAtTheFirstThingToFix, whatever it is.
func TestDoctorStopsAtTheFirstThingToFix(t *testing.T) {
	w := newWorld(t)
	w.golden("doctor-no-integration", w.examined().err)
	production := w.createIntegration("production", connected())
	w.golden("doctor-no-secret", w.examined().err)
	w.withSecrets()
	for name, change := range map[string]func(*v1alpha1.IntralinksIntegrationStatus){
		"unobserved": func(s *v1alpha1.IntralinksIntegrationStatus) { s.ObservedGeneration = -1 },
		"hosts":      broken(v1alpha1.HostNotAllowedReason, "the operator may not call evil.example"),
		"clock":      broken(v1alpha1.ClockWrongReason, "this machine's clock is three minutes behind"),
		"version":    broken(v1alpha1.AuthVersionMismatchReason, "Intralinks refuses the API key", v1alpha1.AuthorizedCondition),
		"signin": func(s *v1alpha1.IntralinksIntegrationStatus) {
			broken(v1alpha1.SignInRequiredReason, "nobody has signed in yet")(s)
			s.SignInURL = "https://operator.example.com/auth/login"
		},
		"pages":     broken(v1alpha1.SignInRequiredReason, "nobody has signed in yet"),
		"callback":  broken(v1alpha1.CallbackNotRegisteredReason, "nobody came back", v1alpha1.AuthorizedCondition),
		"luminance": broken(v1alpha1.InvalidCredentialsReason, "Luminance refuses the service user", v1alpha1.LuminanceReachableCondition),
		"exchanges": func(s *v1alpha1.IntralinksIntegrationStatus) { s.ExchangeCount = 0 },
	} {
		t.Run(name, func(*testing.T) {
			production.Status = connected(change)
			w.Expect(w.env.Client.Status().Update(t.Context(), production)).To(Succeed())
			got := w.examined("production")
			w.Expect(got.code).To(Equal(exitNotInOrder))
			w.golden("doctor-"+name, got.out+got.err)
		})
	}
	production.Status = connected()
	w.Expect(w.env.Client.Status().Update(t.Context(), production)).To(Succeed())
	for name, reason := range map[string]string{
		"splash": v1alpha1.SplashNotAcceptedReason, "division": v1alpha1.DivisionNotFoundReason, "sync": v1alpha1.SyncFailedReason,
	} {
		t.Run(name, func(*testing.T) {
			sync := w.createSync(name, v1alpha1.FolderSyncStatus{Conditions: ready(metav1.ConditionFalse, reason, "this is why")})
			got := w.examined()
			w.Expect(got.code).To(Equal(exitNotInOrder))
			w.golden("doctor-"+name, got.out+got.err)
			w.Expect(w.env.Client.Delete(t.Context(), sync)).To(Succeed())
		})
	}
}

func TestDoctorTellsWhatMayNotBeSeen(t *testing.T) {
	w := newWorld(t)
	w.withSecrets()
	w.createIntegration("production", connected())
	got := w.examined("--as", "stranger")
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.golden("doctor-stranger", got.out+got.err)

	w.grant("viewer", []rbacv1.PolicyRule{{
		APIGroups: []string{"dataroom.dev"}, Resources: []string{"foldersyncs", "intralinksintegrations"}, Verbs: []string{"get", "list", "watch"},
	}}, rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "viewer"})
	got = w.examined("--as", "viewer", "--as-group", "system:authenticated")
	w.Expect(got.code).To(Equal(exitDone), got.err)
	w.golden("doctor-viewer", got.out)
}

// grant gives somebody rights in the namespace.
func (w *world) grant(name string, rules []rbacv1.PolicyRule, to rbacv1.Subject) {
	w.t.Helper()
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}, Rules: rules}
	w.Expect(w.env.Client.Create(w.t.Context(), role)).To(Succeed())
	w.Expect(w.env.Client.Create(w.t.Context(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name}, Subjects: []rbacv1.Subject{to},
	})).To(Succeed())
}

func TestDoctorLooksAtTheOperator(t *testing.T) {
	w := newWorld(t)
	w.withSecrets()
	w.createIntegration("production", connected())
	labels := map[string]string{"app.kubernetes.io/name": "intralinks-operator"}
	operator := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "intralinks-operator", Labels: labels}}
	operator.Spec.Selector = &metav1.LabelSelector{MatchLabels: labels}
	operator.Spec.Template.Labels = labels
	operator.Spec.Template.Spec = corev1.PodSpec{ServiceAccountName: "intralinks-operator", Containers: []corev1.Container{{Name: "manager", Image: "example.com/intralinks-operator:v1"}}}
	w.Expect(w.env.Client.Create(t.Context(), operator)).To(Succeed())
	t.Cleanup(func() { w.Expect(w.env.Client.Delete(context.WithoutCancel(t.Context()), operator)).To(Succeed()) })

	got := w.examined()
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.golden("doctor-operator-down", got.out+got.err)

	operator.Status = appsv1.DeploymentStatus{Replicas: 1, ReadyReplicas: 1}
	w.Expect(w.env.Client.Status().Update(t.Context(), operator)).To(Succeed())
	got = w.examined()
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.golden("doctor-operator-rights", got.out+got.err)

	account := rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: w.namespace, Name: "intralinks-operator"}
	w.grant("operator", []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"get"}},
		{APIGroups: []string{"dataroom.dev"}, Resources: []string{"*"}, Verbs: []string{"*"}},
	}, account)
	got = w.examined()
	w.Expect(got.code).To(Equal(exitNotInOrder))
	w.golden("doctor-operator-tokens", got.out+got.err)

	w.grant("sign-in", []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"secrets"}, Verbs: []string{"create", "update"}}}, account)
	got = w.examined()
	w.Expect(got.code).To(Equal(exitDone), got.err)
	w.golden("doctor-operator", got.out)
}
