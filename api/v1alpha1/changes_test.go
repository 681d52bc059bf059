package v1alpha1_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/internal/testenv"
)

// folderSyncChangeRefusals are changes of an object that exists.
var folderSyncChangeRefusals = []refusal{
	{field: "spec.source.exchange", value: `{name: Project Egret}`, says: "create a new FolderSync for the other exchange"},
	{field: "spec.source.exchange", value: `{id: 7100015}`, says: "exchange can't be changed, because the record of what has arrived belongs to it"},
	{field: "spec.destination", value: `{division: {name: Real Estate}, folder: /Project Heron/Contracts}`, says: "create a new FolderSync for the other destination"},
	{field: "spec.destination", value: `{division: {id: 12}, folder: /Project Heron/Contracts}`, says: "destination can't be changed"},
	{field: "spec.destination", value: `{division: {name: Corporate}, folder: /Project Heron}`, says: "destination can't be changed, because the record of what has arrived belongs to it"},
}

var folderSyncChanges = []acceptance{
	{"spec.destination", `{division: {name: Corporate}, folder: /Project Heron/Contracts, taskIDs: [12]}`},
	{"spec.destination.taskIDs", `[12, 13]`},
	{"spec.integrationRef", `{name: other}`},
	{"spec.source.folder", `/Contracts/2024`},
	{"spec.source.include", `["**/*.pdf"]`},
	{"spec.source.exclude", `["Drafts/**"]`},
	{"spec.source.maxFileSize", `1Gi`},
	{"spec.source.splash", `{accept: true}`},
	{"spec.interval", `1h`},
	{"spec.suspend", `true`},
	{"spec.dryRun", `true`},
	{"spec.newVersions", `Ignore`},
	{"spec.protectedDocuments", `Upload`},
	{"spec.watermarkedDocuments", `Upload`},
	{"spec.renamedDocuments", `UploadCopy`},
}

func TestFolderSyncKeepsItsEnds(t *testing.T) {
	env := testenv.Start(t)
	stored := create(t, env, leastFolderSync)
	for _, change := range folderSyncChangeRefusals {
		t.Run(change.field+": "+change.value, func(t *testing.T) {
			changed := stored.DeepCopy()
			set(t, changed, change.field, change.value)

			err := env.Client.Update(t.Context(), changed, client.DryRunAll)

			expectAnswer(t, err, change)
		})
	}
}

func TestFolderSyncChangesInAllElse(t *testing.T) {
	env := testenv.Start(t)
	stored := create(t, env, leastFolderSync)
	for _, change := range folderSyncChanges {
		t.Run(change.field+": "+change.value, func(t *testing.T) {
			g := NewWithT(t)
			changed := stored.DeepCopy()
			set(t, changed, change.field, change.value)

			g.Expect(env.Client.Update(t.Context(), changed, client.DryRunAll)).To(Succeed())
			g.Expect(changed.GetGeneration()).To(Equal(stored.GetGeneration()+1), "a change of spec")
		})
	}
}

// create stores a manifest in a namespace of its own, and returns it as the API server gives it.
func create(t *testing.T, env *testenv.Env, manifest string) *unstructured.Unstructured {
	t.Helper()
	object := read(t, manifest)
	object.SetNamespace(env.Namespace(t))
	if err := env.Client.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	if err := env.Client.Get(t.Context(), client.ObjectKeyFromObject(object), object); err != nil {
		t.Fatal(err)
	}
	return object
}
