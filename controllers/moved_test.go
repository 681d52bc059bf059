package controllers_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	luminancesim "dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// TestAnIDOfOneInstanceIsNothingToAnother moves an integration to an instance where another Division has the id of
// the one that documents went to before.
func TestAnIDOfOneInstanceIsNothingToAnother(t *testing.T) {
	w, s := synced(t)
	other, err := luminancesim.New(luminancesim.Options{ClientID: clientID, ClientSecret: clientSecret, Divisions: []luminancesim.Division{
		{ID: 11, Name: "Litigation", Moniker: "litigation"}, {ID: 21, Name: "Corporate", Moniker: "corporate"},
	}})
	w.must(err)
	address := w.listen(other)
	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Luminance.BaseURL = address })

	s = w.settlesAfter(contracts, s.Status.LastSync.RunID, "True", v1alpha1.SyncedReason)
	w.Expect(s.Status.Division).To(HaveValue(And(HaveField("ID", int64(21)), HaveField("Name", "Corporate"))))
	w.Expect(other.Documents(false)).To(ConsistOf(And(HaveField("Division", "Corporate"), HaveField("Path", "/Deal/Heronlease.txt"))))
	w.Expect(requests(w.target, http.MethodPost, anyUpload)).To(BeZero())
}

// TestAnotherSpecOfTheIntegrationStartsARun: the message of a stalled sync may ask for just that.
func TestAnotherSpecOfTheIntegrationStartsARun(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createSecrets()
	w.createIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Luminance.APIVersion = v1alpha1.LuminanceAPIVersion14 })
	w.createSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Destination.TaskIDs = []int64{12} })
	s := w.settles(contracts, "False", v1alpha1.InvalidSpecReason)
	w.Expect(isTrue(s.Status.Conditions, v1alpha1.StalledCondition)).To(BeTrue())
	w.Expect(readyOf(s.Status.Conditions).Message).To(And(
		ContainSubstring("spec.destination.taskIDs"), ContainSubstring("v1.4"), ContainSubstring("remove taskIDs, or set spec.luminance.apiVersion")))
	w.Expect(w.writes()).To(BeZero())

	w.changeIntegration(func(i *v1alpha1.IntralinksIntegration) { i.Spec.Luminance.APIVersion = v1alpha1.LuminanceAPIVersion15 })
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.Expect(w.target.Documents(false)).To(ConsistOf(HaveField("TaskIDs", []int64{12})))
}
