package intralinks_test

import (
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func TestRefusedExchanges(t *testing.T) {
	s := start(t,
		intralinks.Exchange{ID: 3, Name: "Legacy", Type: "IL5"},
		intralinks.Exchange{ID: 4, Name: "Guarded", Restricted: "Ask Ada Stone, the gatekeeper."},
		intralinks.Exchange{ID: 5, Name: "Secret", Inaccessible: true})
	s.set("entryGate", "never")
	for _, path := range []string{"/folders", "/documents"} {
		s.expectE1(s.get(exchange(3, path)), 401, 401, "1-1-3")
		s.expectE1(s.get(exchange(4, path)), 401, 401, "1-1-3")
		s.expectE1(s.get(exchange(5, path)), 400, 400, "3-1")
	}
	for _, path := range []string{"/users", "/groups", "/groups/1/users"} {
		s.expectE1(s.get(exchange(3, path)), 401, 401, "1-1-3")
	}
	s.set("legacyContent", "readable")
	s.g.Expect(s.get(exchange(3, "/folders")).status).To(Equal(200))
	s.set("legacyContent", "denied")
	s.g.Expect(s.get(exchange(4, "/folders")).at("status", "message")).To(Equal("Ask Ada Stone, the gatekeeper."))
	s.expectE1(s.post(exchange(4, "/splash"), `{"acceptSplash":true}`), 401, 401, "1-1-3")
	s.expectE1(s.get(exchange(5, "")), 400, 400, "3-1")
	s.g.Expect(values(s.get("/v2/workspaces").rows("workspace"), "name")).To(ConsistOf("Project Heron", "Project Merlin", "Legacy", "Guarded"))

	s.set("deniedStatus", "403")
	s.expectE1(s.get(exchange(3, "/folders")), 403, 401, "1-1-3")
	s.set("deniedStatus", "200")
	s.expectE1(s.get(exchange(3, "/folders")), 200, 401, "1-1-3")
}

func TestPhasesAndRoles(t *testing.T) {
	s := start(t, intralinks.Exchange{ID: 3, Name: "Hold", Phase: "HOLD"}, intralinks.Exchange{ID: 4, Name: "Preparation", Phase: "PREPARATION"})
	for _, tc := range []struct {
		role string
		want []int // OPEN, PREPARATION, HOLD
	}{
		{"manager", []int{200, 200, 200}},
		{"publisher", []int{200, 200, 400}},
		{"reviewer", []int{200, 400, 400}},
	} {
		s.set("role", tc.role)
		got := []int{}
		for _, id := range []int64{plain, 4, 3} {
			s.enter(id, true)
			got = append(got, s.get(exchange(id, "/documents")).status)
		}
		s.g.Expect(got).To(Equal(tc.want), tc.role)
	}
	s.expectE1(s.get(exchange(3, "/documents")), 400, 400, "3-1")
	s.set("phaseAnswer", "1-1-3")
	s.expectE1(s.get(exchange(3, "/documents")), 401, 401, "1-1-3")
	s.g.Expect(s.get("/v2/workspaces").rows("workspace")).To(HaveLen(4))
	s.set("phaseAnswer", "unlisted")
	s.g.Expect(values(s.get("/v2/workspaces").rows("workspace"), "name")).To(ConsistOf("Project Heron", "Project Merlin"))
	s.expectE1(s.get(exchange(3, "")), 400, 400, "3-1")
}

// what is everything that the account sees.
func (s *service) what() (folders, documents []any) {
	s.t.Helper()
	return values(s.get(exchange(plain, "/folders")).rows("folder"), "name"), values(s.get(exchange(plain, "/documents")).rows("document"), "name")
}

func TestWhatRolesSee(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	open, shut, below := s.folder("/Open"), s.folder("/Shut"), s.folder("/Shut/Below")
	s.folder("/Empty")
	barren := s.folder("/Barren")
	s.document(open, "Seen", ".pdf", "x")
	hidden := s.document(barren, "Hidden", ".pdf", "x")
	under := s.document(below, "Under", ".pdf", "x")
	s.edit(hidden, func(d *dataroom.Document) { d.Hidden = true })
	s.g.Expect(s.room.EditFolder(shut, func(f *dataroom.Folder) { f.Hidden = true })).To(Succeed())

	for _, tc := range []struct {
		role               string
		folders, documents []any
		file               int
	}{
		{"manager", []any{"Open", "Shut", "Below", "Empty", "Barren"}, []any{"Seen", "Hidden", "Under"}, 200},
		{"publisher", []any{"Open", "Empty", "Barren"}, []any{"Seen"}, 400},
		{"reviewer", []any{"Open"}, []any{"Seen"}, 400},
	} {
		s.set("role", tc.role)
		folders, documents := s.what()
		s.g.Expect(folders).To(ConsistOf(tc.folders...), tc.role)
		s.g.Expect(documents).To(ConsistOf(tc.documents...), tc.role)
		for _, id := range []int64{hidden, under} {
			s.g.Expect(s.file(id).status).To(Equal(tc.file), tc.role)
			s.g.Expect(s.get(exchange(plain, fmt.Sprintf("/documents/%d", id))).status).To(Equal(tc.file), tc.role)
		}
		s.g.Expect(s.get(exchange(plain, fmt.Sprintf("/folders/%d", below))).status).To(Equal(tc.file), tc.role)
	}
}

func TestClosingAnExchange(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	lease := s.document(s.folder("/Contracts"), "Lease", ".pdf", "x")
	s.g.Expect(s.EditExchange(plain, func(e *intralinks.Exchange) { e.Closed = true })).To(BeTrue())
	s.expectE1(s.get(exchange(plain, "")), 400, 400, "3-1")
	s.expectE1(s.get(exchange(plain, "/documents")), 400, 400, "3-1")
	s.g.Expect(values(s.get("/v2/workspaces").rows("workspace"), "name")).To(ConsistOf("Project Merlin"))

	s.set("closedExchange", "empty")
	s.g.Expect(s.get(exchange(plain, "")).at("workspace", 0, "phase")).To(Equal("OPEN"))
	folders, documents := s.what()
	s.g.Expect(append(folders, documents...)).To(BeEmpty(), "closing deletes content")
	s.expectE6(s.file(lease), 400, "400", "3-1")

	s.set("closedExchange", "deleted")
	s.g.Expect(s.get(exchange(plain, "")).at("workspace", 0, "phase")).To(Equal("DELETED"))
	s.g.Expect(values(s.get("/v2/workspaces?phase=DELETED").rows("workspace"), "name")).To(ConsistOf("Project Heron"))
	s.g.Expect(s.EditExchange(9, func(*intralinks.Exchange) {})).To(BeFalse())
}

func TestDeletedDocuments(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	folder := s.folder("/Contracts")
	kept, gone := s.document(folder, "Kept", ".pdf", "x"), s.document(folder, "Gone", ".pdf", "x")
	s.g.Expect(s.room.DeleteDocument(kept, true)).To(Succeed())
	s.g.Expect(s.room.DeleteDocument(gone, false)).To(Succeed())
	_, documents := s.what()
	s.g.Expect(documents).To(BeEmpty())
	s.set("deletedDocuments", "flagged")
	rows := s.get(exchange(plain, "/documents")).rows("document")
	s.g.Expect(rows).To(ConsistOf(And(HaveKeyWithValue("name", "Kept"), HaveKeyWithValue("isDeleted", true))))
	for _, id := range []int64{kept, gone} {
		s.expectE6(s.file(id), 400, "400", "3-1")
	}
}
