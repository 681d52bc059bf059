package v1alpha1_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/testenv"
)

func TestDefaults(t *testing.T) {
	for kind, c := range map[string]struct{ manifest, spec string }{
		"IntralinksIntegration": {leastIntegration, `
intralinks:
  authAPIVersion: v3
  grant: AuthorizationCode
  credentialsSecretRef: {name: intralinks-api}
  endOtherSessions: false
luminance:
  baseURL: https://acme-corporate.app.luminance.com
  credentialsSecretRef: {name: luminance-service-user}
  requestBudget: {requests: 100, per: 10m, reserve: 20}
  apiVersion: v1.5
`},
		"FolderSync": {leastFolderSync, `
integrationRef: {name: least}
source:
  exchange: {name: Project Heron}
  folder: /Contracts
  splash: {accept: false}
destination:
  division: {name: Corporate}
  folder: /Project Heron/Contracts
interval: 15m
suspend: false
dryRun: false
newVersions: Upload
protectedDocuments: Skip
`},
	} {
		t.Run(kind, func(t *testing.T) {
			stored := create(t, testenv.Start(t), c.manifest)

			spec, err := yaml.Marshal(stored.Object["spec"])

			NewWithT(t).Expect(err).NotTo(HaveOccurred())
			NewWithT(t).Expect(spec).To(MatchYAML(c.spec))
		})
	}
}

func TestDefaultsFillInWhatAHalfWrittenBudgetLacks(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	object := object(t, leastIntegration, env.Namespace(t), "spec.luminance.requestBudget", `{reserve: 0}`)

	g.Expect(env.Client.Create(t.Context(), object)).To(Succeed())

	budget, _, err := unstructured.NestedMap(object.Object, "spec", "luminance", "requestBudget")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(budget).To(Equal(map[string]any{"requests": int64(100), "per": "10m", "reserve": int64(0)}))
}

func TestNobodyTakesANewObjectForFinished(t *testing.T) {
	for kind, manifest := range map[string]string{"IntralinksIntegration": leastIntegration, "FolderSync": leastFolderSync} {
		t.Run(kind, func(t *testing.T) {
			g := NewWithT(t)
			stored := create(t, testenv.Start(t), manifest)

			g.Expect(stored.Object["status"]).To(Equal(map[string]any{"observedGeneration": int64(-1)}))
			result, err := status.Compute(stored)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(result.Status).To(Equal(status.InProgressStatus), result.Message)
		})
	}
}

// The Go types write an empty status with the spec; it must not hide the default.
func TestNobodyTakesAnObjectOfAGoProgramForFinished(t *testing.T) {
	g := NewWithT(t)
	env := testenv.Start(t)
	namespace := env.Namespace(t)
	integration, sync := &v1alpha1.IntralinksIntegration{}, &v1alpha1.FolderSync{}
	for manifest, object := range map[string]client.Object{leastIntegration: integration, leastFolderSync: sync} {
		g.Expect(yaml.UnmarshalStrict([]byte(manifest), object)).To(Succeed())
		object.SetNamespace(namespace)
		g.Expect(env.Client.Create(t.Context(), object)).To(Succeed())
		g.Expect(env.Client.Get(t.Context(), client.ObjectKeyFromObject(object), object)).To(Succeed())
	}

	g.Expect(integration.Status.ObservedGeneration).To(Equal(int64(-1)))
	g.Expect(sync.Status.ObservedGeneration).To(Equal(int64(-1)))
}
