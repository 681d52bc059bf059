package controllers_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/simulator/control"
)

func toDivision(name string) func(*v1alpha1.FolderSync) {
	return func(s *v1alpha1.FolderSync) { s.Spec.Destination.Division.Name = name }
}

func TestADivisionThatIsNotThereIsExplained(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll(toDivision("Corporat"))
	w.says(contracts, v1alpha1.DivisionNotFoundReason, false, `"Corporat"`, "compare it with Luminance", "role in the Division")
	w.Expect(w.writes()).To(BeZero())
}

func TestTwoDivisionsOfOneNameAreToldByTheirIDs(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll(toDivision("Twin"))
	w.says(contracts, v1alpha1.DivisionAmbiguousReason, true, "id 13", `"twin-one"`, "id 14", "destination.division.id")

	w.createSync("by-moniker", func(s *v1alpha1.FolderSync) {
		s.Spec.Destination.Division = v1alpha1.DivisionReference{Moniker: "twin-two"}
	})
	s := w.settles("by-moniker", "True", v1alpha1.SyncedReason)
	w.Expect(s.Status.Division).To(HaveValue(HaveField("ID", int64(14))))
	w.Expect(w.target.Documents(false)).To(ConsistOf(HaveField("Moniker", "twin-two")))
}

func TestAServiceUserThatMayNotUploadIsExplained(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.breaks(w.target, control.FaultRule{Fault: "forbidden", Method: http.MethodPost, Path: "/api2/projects/**"})
	w.createAll()
	s := w.says(contracts, v1alpha1.LuminanceForbiddenReason, false, "Luminance refuses the service user", "role that may read and upload in this Division")
	w.Expect(s.Status.Division).To(HaveValue(HaveField("Name", "Corporate")))

	w.target.Control().ClearFaults()
	w.intervalPasses(contracts)
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
}

func TestAServiceUserThatMayNotEvenSeeDivisionsIsExplained(t *testing.T) {
	w := newWorld(t)
	w.breaks(w.target, faultOn("forbidden", divisionList))
	w.createAll()
	w.says(contracts, v1alpha1.LuminanceForbiddenReason, false, "Luminance refuses the service user")
	w.connects("True", v1alpha1.ConnectedReason)
}
