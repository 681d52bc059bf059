package v1alpha1_test

import (
	"errors"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// leastIntegration and leastFolderSync have nothing that can be left out.
const (
	leastIntegration = `
apiVersion: dataroom.dev/v1alpha1
kind: IntralinksIntegration
metadata: {name: least}
spec:
  intralinks:
    credentialsSecretRef: {name: intralinks-api}
  luminance:
    baseURL: https://acme-corporate.app.luminance.com
    credentialsSecretRef: {name: luminance-service-user}
`
	leastFolderSync = `
apiVersion: dataroom.dev/v1alpha1
kind: FolderSync
metadata: {name: least}
spec:
  integrationRef: {name: least}
  source:
    exchange: {name: Project Heron}
    folder: /Contracts
  destination:
    division: {name: Corporate}
    folder: /Project Heron/Contracts
`
)

// leftOut stands for a field that is not there.
const leftOut = ""

// A refusal is a value that the API server doesn't take, in an object that is fine otherwise.
type refusal struct {
	field string
	value string // in YAML
	at    string // the field that the answer names, where that isn't field
	says  string // a telling part of the answer, such as its advice
}

// An acceptance is a value that the API server takes.
type acceptance struct {
	field string
	value string // in YAML
}

func expectRefusals(t *testing.T, manifest string, refusals []refusal) {
	t.Helper()
	env := testenv.Start(t)
	namespace := env.Namespace(t)
	for _, refusal := range refusals {
		t.Run(refusal.field+": "+refusal.value, func(t *testing.T) {
			object := object(t, manifest, namespace, refusal.field, refusal.value)

			err := env.Client.Create(t.Context(), object, client.DryRunAll)

			expectAnswer(t, err, refusal)
		})
	}
}

func expectAcceptances(t *testing.T, manifest string, acceptances []acceptance) {
	t.Helper()
	env := testenv.Start(t)
	namespace := env.Namespace(t)
	for _, acceptance := range acceptances {
		t.Run(acceptance.field+": "+acceptance.value, func(t *testing.T) {
			g := NewWithT(t)
			object := object(t, manifest, namespace, acceptance.field, acceptance.value)

			g.Expect(env.Client.Create(t.Context(), object, client.DryRunAll)).To(Succeed())

			// One object that the Go types can't read would hide all others of its kind from the operator.
			typed, err := env.Scheme.New(object.GroupVersionKind())
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed)).To(Succeed())
		})
	}
}

func (r refusal) where() string {
	if r.at != "" {
		return r.at
	}
	return r.field
}

// ofNoField marks what the API server adds about the object as a whole, such as that it gave up before it
// came to the rules.
const ofNoField = "<nil>"

// expectAnswer wants the advice, and no word about any other field.
func expectAnswer(t *testing.T, err error, refusal refusal) {
	t.Helper()
	g := NewWithT(t)
	var status *apierrors.StatusError
	if !errors.As(err, &status) || !apierrors.IsInvalid(err) || status.ErrStatus.Details == nil {
		t.Fatalf("expected the API server to call the object invalid, and got: %v", err)
	}
	var answers []string
	for _, cause := range status.ErrStatus.Details.Causes {
		if cause.Field == ofNoField {
			continue
		}
		answers = append(answers, cause.Message)
		g.Expect(cause.Field).To(Equal(refusal.where()), cause.Message)
	}
	g.Expect(answers).To(ContainElement(ContainSubstring(refusal.says)))
}

// object reads a manifest and sets one of its fields.
func object(t *testing.T, manifest, namespace, field, value string) *unstructured.Unstructured {
	t.Helper()
	object := read(t, manifest)
	object.SetNamespace(namespace)
	set(t, object, field, value)
	return object
}

func read(t *testing.T, manifest string) *unstructured.Unstructured {
	t.Helper()
	content, err := yaml.YAMLToJSON([]byte(manifest))
	if err != nil {
		t.Fatalf("the test's manifest is no YAML: %v", err)
	}
	object := &unstructured.Unstructured{}
	// This decoder keeps whole numbers whole, as the API server does.
	if err := json.Unmarshal(content, &object.Object); err != nil {
		t.Fatal(err)
	}
	return object
}

// set puts value, in YAML, where field says, such as spec.source.folder; leftOut removes the field.
func set(t *testing.T, object *unstructured.Unstructured, field, value string) {
	t.Helper()
	path := strings.Split(field, ".")
	if value == leftOut {
		unstructured.RemoveNestedField(object.Object, path...)
		return
	}
	wrapped := read(t, "value: "+value)
	if err := unstructured.SetNestedField(object.Object, wrapped.Object["value"], path...); err != nil {
		t.Fatalf("set %s: %v", field, err)
	}
}
