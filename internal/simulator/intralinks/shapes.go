package intralinks

import (
	"crypto/sha1" //nolint:gosec // what the service publishes
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

// millis is a point in time; the service has a resolution of one second.
type millis struct {
	Milliseconds int64 `json:"milliseconds"`
}

func millisOf(t time.Time) millis { return millis{t.Unix() * 1000} }

type person struct {
	FirstName     string `json:"firstName"`
	LastName      string `json:"lastName"`
	FirstNameSort string `json:"firstNameSort"`
	LastNameSort  string `json:"lastNameSort"`
	Organization  string `json:"organization,omitempty"`
}

var author = person{"Ada", "Stone", "Ada", "Stone", "Example LLP"}

// lockToken is the SHA-1 of a small decimal counter, which is what recorded values
// turned out to be (Intralinks Python SDK). It says nothing about content.
func lockToken(revision int) string {
	sum := sha1.Sum([]byte(strconv.Itoa(revision))) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

// folderRow is a folder in a list. At the root, parentId is absent.
type folderRow struct {
	ID               int64   `json:"id"`
	Name             string  `json:"name"`
	ParentID         int64   `json:"parentId,omitempty"`
	IndexNumber      *string `json:"indexNumber,omitempty"`
	OrderNumber      int     `json:"orderNumber"`
	Version          string  `json:"version"`
	VersionNumber    int     `json:"versionNumber"`
	HasChildFolders  bool    `json:"hasChildFolders"`
	IndexingDisabled bool    `json:"indexingDisabled"`
	CreatedOn        millis  `json:"createdOn"`
	CreatedBy        person  `json:"createdBy"`
	LastModifiedOn   millis  `json:"lastModifiedOn"`
	LastModifiedBy   person  `json:"lastModifiedBy"`
	IsFavorite       bool    `json:"isFavorite"`
	IsEmailin        bool    `json:"isEmailin"`
	EntityType       string  `json:"entityType,omitempty"`
}

func (s *Server) folderRow(v *view, f *dataroom.Folder) folderRow {
	return folderRow{
		ID: f.ID, Name: f.Name, ParentID: f.Parent, IndexNumber: s.indexOf(v, f.ID), OrderNumber: v.order[f.ID],
		Version: lockToken(f.Revision), VersionNumber: f.Revision, HasChildFolders: v.parents[f.ID],
		IndexingDisabled: !s.control.Bool("indexed"),
		CreatedOn:        millisOf(f.Created), CreatedBy: author, LastModifiedOn: millisOf(f.Modified), LastModifiedBy: author,
	}
}

// documentRow is a document in a list. Keys without a value are left out, apart
// from the empty objects that stand for a date or person not given.
type documentRow struct {
	ID                       int64    `json:"id"`
	WorkspaceID              int64    `json:"workspaceId"`
	ParentID                 int64    `json:"parentId,omitempty"`
	ParentName               string   `json:"parentName,omitempty"`
	Name                     string   `json:"name"`
	Extension                string   `json:"extension,omitempty"`
	IndexNumber              *string  `json:"indexNumber,omitempty"`
	OrderNumber              int      `json:"orderNumber"`
	Version                  string   `json:"version"`
	VersionNumber            int      `json:"versionNumber"`
	FileSize                 int64    `json:"fileSize"`
	FileHash                 string   `json:"fileHash,omitempty"`
	FileHashDownload         string   `json:"fileHashDownload,omitempty"`
	MIMEType                 string   `json:"mimeType"`
	PageCount                int      `json:"pageCount"`
	CreatedOn                millis   `json:"createdOn"`
	CreatedBy                person   `json:"createdBy"`
	LastModifiedOn           millis   `json:"lastModifiedOn"`
	LastModifiedBy           person   `json:"lastModifiedBy"`
	SubmittedOn              struct{} `json:"submittedOn"`
	SubmittedBy              struct{} `json:"submittedBy"`
	SubmitterGroups          struct{} `json:"submitterGroups"`
	NoteRequired             bool     `json:"noteRequired"`
	HasNote                  bool     `json:"hasNote"`
	Unread                   bool     `json:"unread"`
	IsFavorite               bool     `json:"isFavorite"`
	PDFProtection            string   `json:"pdfProtection"`
	IsIRMSecured             bool     `json:"isIrmSecured"`
	IsDeleted                bool     `json:"isDeleted"`
	IsBusinessProcessEnabled bool     `json:"isBusinessProcessEnabled"`
	DocumentHash             string   `json:"documentHash"`
	XMLLock                  xmlLock  `json:"xmlLock"`
	SharedResourceID         int64    `json:"sharedResourceId"`
	SharedResourceCount      int      `json:"sharedResourceCount"`
	EntityType               string   `json:"entityType"`
}

type xmlLock struct {
	ContentLockStatus string `json:"contentLockStatus"`
}

func (s *Server) documentRow(c *call, v *view, d *dataroom.Document) documentRow {
	row := documentRow{
		ID: d.ID, WorkspaceID: c.exchange.ID, ParentID: d.Parent, Name: d.Name, Extension: d.Extension,
		IndexNumber: s.indexOf(v, d.ID), OrderNumber: v.order[d.ID],
		Version: lockToken(d.Revision), VersionNumber: s.versionNumber(d), FileSize: d.Size(), MIMEType: mimeType(d),
		CreatedOn: millisOf(d.Created), CreatedBy: author, LastModifiedOn: millisOf(d.Modified), LastModifiedBy: author,
		Unread: !s.hasRead(c.session.account, d), PDFProtection: "NONE", IsIRMSecured: d.IRM, IsDeleted: d.Deleted, DocumentHash: "0",
		XMLLock: xmlLock{"UNLOCKED"}, SharedResourceID: d.ID % 1_000_000_000, EntityType: "DOCUMENT",
	}
	if parent, ok := v.byID[d.Parent]; ok {
		row.ParentName = parent.Name
	} else if d.Parent == 0 && s.control.Get("rootDocuments") == "minusOne" {
		row.ParentID = -1
	}
	if d.ViewerOnly {
		row.PDFProtection = s.control.Get("viewerOnlyFlag")
	}
	if pages, ok := d.Content().(dataroom.Paged); ok {
		row.PageCount = pages.Pages()
	}
	row.FileHash, row.FileHashDownload = s.hashesOf(d)
	return row
}

// indexOf is the index number, nil where there is no such field.
func (s *Server) indexOf(v *view, id int64) *string {
	number, ok := v.index[id]
	if !ok && s.control.Get("indexed") != "blank" {
		return nil
	}
	return &number
}

// versionNumber counts contents; what a replacement does to it is not known.
func (s *Server) versionNumber(d *dataroom.Document) int {
	if s.control.Get("versionNumber") == "stays" {
		return min(d.VersionNumber, 1)
	}
	return d.VersionNumber
}

// hashesOf returns fileHash, absent for a placeholder or a file that can't be
// read, and fileHashDownload, which even placeholders have.
func (s *Server) hashesOf(d *dataroom.Document) (stored, download string) {
	sum, err := d.SHA1()
	if err != nil {
		return "", ""
	}
	stored = base64.StdEncoding.EncodeToString(sum[:])
	download = stored
	if d.Placeholder() || s.control.Get("fileHash") == "absent" {
		stored = ""
	}
	switch mode := s.control.Get("downloadHash"); {
	case mode == "absent":
		download = ""
	case mode == "download" && s.encrypts(d):
		download = s.ciphertextHash(d)
	}
	return stored, download
}

// reading is that an account has read a document.
type reading struct {
	account  string
	document int64
}

func (s *Server) hasRead(account string, d *dataroom.Document) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read[reading{account, d.ID}]
}

// mimeTypes are those of the extensions that matter here.
var mimeTypes = map[string]string{
	".pdf":  "application/pdf",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".doc":  "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
	".eml": "message/rfc822", ".msg": "application/vnd.ms-outlook", ".txt": "text/plain", ".csv": "text/csv",
	".htm": "text/html", ".html": "text/html", ".xml": "text/xml", ".json": "application/json",
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".tif": "image/tiff",
	".zip": "application/zip", ".mp4": "video/mp4",
}

func mimeType(d *dataroom.Document) string {
	if d.Placeholder() {
		return "NONE/NONE"
	}
	if known, ok := mimeTypes[strings.ToLower(d.Extension)]; ok {
		return known
	}
	return "application/octet-stream"
}
