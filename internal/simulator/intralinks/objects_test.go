package intralinks_test

import (
	"crypto/sha1" //nolint:gosec // what the service publishes
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
	"dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

// counter is the lock token of something that was edited so often.
func counter(n int) string {
	sum := sha1.Sum([]byte(strconv.Itoa(n))) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

func hashOf(text string) string {
	sum := sha1.Sum([]byte(text)) //nolint:gosec // see above
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestAnExchange(t *testing.T) {
	s := start(t)
	a := s.get("/v2/workspaces?phase=OPEN")
	s.g.Expect(a.header.Get("Content-Type")).To(Equal("application/json;charset=UTF-8"))
	s.g.Expect(a.at("status")).To(Equal(map[string]any{"code": 200.0, "message": "Request completed fine, no errors"}))
	s.g.Expect(a.rows("workspace")).To(ContainElement(Equal(map[string]any{
		"id": float64(plain), "name": "Project Heron", "workspaceName": "Project Heron", "host": "Example LLP", "phase": "OPEN", "type": "ARC",
		"securityLevel": 1.0, "version": 3.0, "parentTemplateId": 4242.0, "businessGroupId": 5151.0, "pvpEnabled": "F", "htmlViewEnabled": "F",
		"statistics": map[string]any{"newTasks": 0.0, "newParticipantRequests": 0.0},
	})))
	s.g.Expect(a.at()).To(Not(HaveKey("pagingContext")))
	s.g.Expect(s.get("/v2/workspaces?returnTotal=true").at("pagingContext")).To(Equal(
		map[string]any{"startIndex": 0.0, "itemsPerPage": 2.0, "totalResults": 2.0}))
	s.g.Expect(s.get("/v2/workspaces?phase=HOLD").at()).To(Not(HaveKey("workspace")), "an empty list is no key")

	s.g.Expect(s.EditExchange(plain, func(e *intralinks.Exchange) { e.Description = "A sale." })).To(BeTrue())
	one := s.get(exchange(plain, ""))
	s.g.Expect(one.at("workspace", 0, "description")).To(Equal("A sale."))
	s.g.Expect(one.at("workspace", 0, "version")).To(Equal(4.0), "a plain number that counts")
	s.g.Expect(s.get("/v2/workspaces").rows("workspace")).To(HaveEach(Not(HaveKey("description"))))
	s.set("single", "object")
	s.g.Expect(s.get(exchange(plain, "")).at("workspace", "name")).To(Equal("Project Heron"))
}

func TestAFolder(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	top := s.folder("/Contracts")
	below := s.folder("/Contracts/Leases")
	s.Advance(1500 * time.Millisecond)
	s.g.Expect(s.room.EditFolder(top, func(f *dataroom.Folder) { f.Name = "All contracts" })).To(Succeed())
	made, edited := float64(noon.UnixMilli()), float64(noon.UnixMilli()+1000)
	ada := map[string]any{"firstName": "Ada", "lastName": "Stone", "firstNameSort": "Ada", "lastNameSort": "Stone", "organization": "Example LLP"}
	s.g.Expect(s.get(exchange(plain, "/folders")).rows("folder")).To(ConsistOf(
		map[string]any{
			"id": float64(top), "name": "All contracts", "indexNumber": "1", "orderNumber": 1.0, "version": counter(2), "versionNumber": 2.0,
			"hasChildFolders": true, "indexingDisabled": false, "isFavorite": false, "isEmailin": false,
			"createdOn": map[string]any{"milliseconds": made}, "createdBy": ada,
			"lastModifiedOn": map[string]any{"milliseconds": edited}, "lastModifiedBy": ada,
		},
		map[string]any{
			"id": float64(below), "parentId": float64(top), "name": "Leases", "indexNumber": "1.1", "orderNumber": 1.0,
			"version": counter(1), "versionNumber": 1.0,
			"hasChildFolders": false, "indexingDisabled": false, "isFavorite": false, "isEmailin": false,
			"createdOn": map[string]any{"milliseconds": made}, "createdBy": ada,
			"lastModifiedOn": map[string]any{"milliseconds": made}, "lastModifiedBy": ada,
		}), "whole seconds; no parentId at the root")
	s.g.Expect(top).To(BeNumerically(">", int64(1)<<33))
	s.g.Expect(s.get(exchange(plain, fmt.Sprintf("/folders/%d", below))).at("folder", 0, "name")).To(Equal("Leases"))
	s.set("single", "object")
	s.g.Expect(s.get(exchange(plain, fmt.Sprintf("/folders/%d", below))).at("folder", "name")).To(Equal("Leases"))
}

func TestADocument(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	folder := s.folder("/Contracts")
	id := s.document(folder, "Master agreement", ".pdf", "agreed")
	ada := map[string]any{"firstName": "Ada", "lastName": "Stone", "firstNameSort": "Ada", "lastNameSort": "Stone", "organization": "Example LLP"}
	made := map[string]any{"milliseconds": float64(noon.UnixMilli())}
	want := map[string]any{
		"id": float64(id), "workspaceId": float64(plain), "parentId": float64(folder), "parentName": "Contracts",
		"name": "Master agreement", "extension": ".pdf", "indexNumber": "1.1", "orderNumber": 1.0,
		"version": counter(3), "versionNumber": 1.0, "fileSize": 6.0, "fileHash": hashOf("agreed"), "fileHashDownload": hashOf("agreed"),
		"mimeType": "application/pdf", "pageCount": 0.0, "createdOn": made, "createdBy": ada, "lastModifiedOn": made, "lastModifiedBy": ada,
		"submittedOn": map[string]any{}, "submittedBy": map[string]any{}, "submitterGroups": map[string]any{},
		"noteRequired": false, "hasNote": false, "unread": true, "isFavorite": false, "pdfProtection": "NONE", "isIrmSecured": false,
		"isDeleted": false, "isBusinessProcessEnabled": false, "documentHash": "0",
		"xmlLock": map[string]any{"contentLockStatus": "UNLOCKED"}, "sharedResourceId": float64(id % 1_000_000_000),
		"sharedResourceCount": 0.0, "entityType": "DOCUMENT",
	}
	s.g.Expect(s.get(exchange(plain, "/documents")).at("document")).To(Equal([]any{want}))
	path := exchange(plain, fmt.Sprintf("/documents/%d", id))
	s.g.Expect(s.get(path).at("document")).To(Equal([]any{want}))
	s.set("single", "object")
	s.g.Expect(s.get(path).at("document")).To(Equal(want))

	s.file(id)
	s.g.Expect(s.get(path).at("document", "unread")).To(BeFalse(), "reading leaves a mark")
}

func TestPlaceholdersAndEmptyFiles(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	folder := s.folder("/Contracts")
	for _, name := range []string{"First", "Second"} {
		_, err := s.room.AddDocument(folder, name, "", nil)
		s.g.Expect(err).NotTo(HaveOccurred())
	}
	empty := s.document(folder, "Empty", ".txt", "")
	for _, row := range s.get(exchange(plain, "/documents")).rows("document") {
		if row["name"] == "Empty" {
			s.g.Expect(row).To(And(HaveKeyWithValue("fileSize", 0.0), HaveKeyWithValue("fileHash", hashOf("")), HaveKeyWithValue("mimeType", "text/plain")))
			continue
		}
		s.g.Expect(row).To(And(
			HaveKeyWithValue("version", counter(2)), HaveKeyWithValue("versionNumber", 0.0), HaveKeyWithValue("fileSize", 0.0),
			HaveKeyWithValue("mimeType", "NONE/NONE"), HaveKeyWithValue("pageCount", 0.0),
			Not(HaveKey("fileHash")), Not(HaveKey("extension")),
			HaveKeyWithValue("fileHashDownload", hashOf("")), // all placeholders share one
		))
	}
	s.g.Expect(s.file(empty).status).To(Equal(200))
	placeholder := s.room.Documents()[0].ID
	s.expectE6(s.file(placeholder), 400, "400", "3-1")
}

func TestEditsOfADocument(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	folder, other := s.folder("/Contracts"), s.folder("/Leases")
	id := s.document(folder, "Lease", ".pdf", "one")
	row := func() map[string]any { return s.get(exchange(plain, "/documents")).rows("document")[0] }
	before := row()

	s.Advance(time.Minute)
	s.g.Expect(s.room.NewVersion(id, dataroom.Bytes("number two"))).To(Succeed())
	replaced := row()
	s.g.Expect(replaced).To(And(
		HaveKeyWithValue("id", float64(id)), HaveKeyWithValue("fileHash", hashOf("number two")), HaveKeyWithValue("fileSize", 10.0),
		HaveKeyWithValue("versionNumber", 2.0), HaveKeyWithValue("version", counter(4)), HaveKeyWithValue("createdOn", before["createdOn"]),
		HaveKeyWithValue("lastModifiedOn", HaveKeyWithValue("milliseconds", float64(noon.UnixMilli()+60_000)))))
	s.set("versionNumber", "stays")
	s.g.Expect(row()).To(HaveKeyWithValue("versionNumber", 1.0))
	s.set("versionNumber", "counts")

	s.edit(id, func(d *dataroom.Document) { d.Name, d.Parent = "Head lease", other })
	s.g.Expect(row()).To(And(
		HaveKeyWithValue("id", float64(id)), HaveKeyWithValue("name", "Head lease"), HaveKeyWithValue("parentId", float64(other)),
		HaveKeyWithValue("parentName", "Leases"), HaveKeyWithValue("fileHash", replaced["fileHash"]), HaveKeyWithValue("versionNumber", 2.0),
		HaveKeyWithValue("version", counter(5)), HaveKeyWithValue("indexNumber", "2.1")))
}

func TestFieldsThatAreInDoubt(t *testing.T) {
	s := start(t)
	s.enter(plain, true)
	s.document(s.folder("/Contracts"), "Lease", ".pdf", "x")
	root := s.document(0, "Root", ".pdf", "y")
	row := func(name string) map[string]any {
		for _, row := range s.get(exchange(plain, "/documents")).rows("document") {
			if row["name"] == name {
				return row
			}
		}
		return nil
	}
	folder := func() map[string]any { return s.get(exchange(plain, "/folders")).rows("folder")[0] }
	s.g.Expect(row("Root")).To(And(HaveKeyWithValue("parentId", -1.0), Not(HaveKey("parentName"))))
	s.set("rootDocuments", "absent")
	s.g.Expect(row("Root")).To(Not(HaveKey("parentId")))
	s.set("rootDocuments", "unlisted")
	s.g.Expect(row("Root")).To(BeNil())
	s.g.Expect(s.file(root).body).To(Equal("y"))

	s.set("indexed", "off")
	s.g.Expect(row("Lease")).To(Not(HaveKey("indexNumber")))
	s.g.Expect(folder()).To(And(Not(HaveKey("indexNumber")), HaveKeyWithValue("indexingDisabled", true)))
	s.set("indexed", "blank")
	s.g.Expect(row("Lease")).To(HaveKeyWithValue("indexNumber", ""))
	s.g.Expect(folder()).To(HaveKeyWithValue("indexNumber", ""))

	s.set("fileHash", "absent")
	s.g.Expect(row("Lease")).To(And(Not(HaveKey("fileHash")), HaveKey("fileHashDownload")))
	s.set("downloadHash", "absent")
	s.g.Expect(row("Lease")).To(Not(HaveKey("fileHashDownload")))
}
