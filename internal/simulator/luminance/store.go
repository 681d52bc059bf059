package luminance

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// States of objects, as the API writes them. import_unverified is named by a
// third party only.
const (
	folderActive  = "active"
	folderDeleted = "deleted"

	stPending       = "import_pending"
	stComplete      = "import_complete"
	stFailure       = "import_failure"
	stExtracted     = "import_extracted"
	stUnverified    = "import_unverified"
	stUploadFailure = "upload_failure"
	stCancelled     = "upload_cancelled"

	vsActive   = "active"
	vsDraft    = "draft"
	vsReplaced = "replaced"
)

// The users that every instance has: the service user that the credentials
// belong to, a person who works in the web pages, and the administrator who set
// the instance up.
const (
	ServiceUserID = 4
	PersonID      = 9

	adminID = 1
)

// Division is a project of the API: what people call a Division.
type Division struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Moniker string `json:"moniker"`
	// State is active (default), disabled or deleted.
	State string `json:"state"`
	// Type is corporate (default), diligence or discovery.
	Type string `json:"type"`
}

// DefaultDivisions are those of an instance that names none: two that share a
// name and one that is disabled among them.
func DefaultDivisions() []Division {
	return []Division{
		{ID: 11, Name: "Corporate", Moniker: "corporate"},
		{ID: 12, Name: "Litigation", Moniker: "litigation", Type: "discovery"},
		{ID: 13, Name: "Twin", Moniker: "twin-one"},
		{ID: 14, Name: "Twin", Moniker: "twin-two"},
		{ID: 15, Name: "Closed", Moniker: "closed", State: "disabled"},
	}
}

// division is a Division with what lies in it.
type division struct {
	Division
	createdAt time.Time
	root      *folder
	dir       string // below the folder for received documents
}

// folder is a folder, deleted or not.
type folder struct {
	id        int64
	division  *division
	parent    *folder // nil for the root
	top       bool    // shown without a parent, though it lies in the root
	children  []*folder
	documents []*document
	name      string
	entry     string // the name of its directory; empty once it is deleted
	state     string
	kind      string
	mediaType *string
	createdAt time.Time
	createdBy int64
}

// document is one version of a document.
type document struct {
	id, group, version int64
	division           *division
	folder             *folder
	parent             int64 // the document it was embedded in; 0 is none
	name               string
	mediaType          string
	versionState       string
	createdAt          time.Time
	createdBy          int64
	arrived            time.Time // createdAt without a skew
	tasks              []int64
	content            content
	file               string // where its content lies; see contents

	pinned  string   // a state set by hand; empty: as imported
	outcome string   // the state once imported
	tags    []string // QA tags once imported
	shown   int64    // how often it was listed as pending
	done    bool
}

// store holds everything in one instance. Its fields, and those of what it
// holds, are guarded by mu.
type store struct {
	mu           sync.Mutex
	divisions    []*division
	folders      []*folder   // by id
	documents    []*document // by id
	tasks        []task
	nextFolder   int64
	nextDocument int64
	contents     *contents
}

func newStore(divisions []Division, c *contents, now time.Time) (*store, error) {
	st := &store{contents: c, nextFolder: 52001, nextDocument: 370001}
	for _, d := range divisions {
		if d.State == "" {
			d.State = "active"
		}
		if d.Type == "" {
			d.Type = "corporate"
		}
		v := &division{Division: d, createdAt: now}
		v.dir = st.divisionDir(d)
		if err := c.makeDir(v.dir); err != nil {
			return nil, err
		}
		v.root = st.addFolder(&folder{division: v, name: "All Documents", kind: "folder", createdAt: now, createdBy: adminID})
		st.divisions = append(st.divisions, v)
		st.tasks = append(st.tasks, tasksOf(d.ID)...)
	}
	return st, nil
}

// divisionDir is the directory of a Division: its name, with its moniker where
// an earlier one took the name.
func (st *store) divisionDir(d Division) string {
	dir := cutEntry(entryName(d.Name), "")
	for _, other := range st.divisions {
		if strings.EqualFold(other.dir, dir) {
			return cutEntry(dir, "~"+entryName(d.Moniker))
		}
	}
	return dir
}

func (st *store) division(id int64) *division {
	for _, d := range st.divisions {
		if d.ID == id && d.State != "deleted" {
			return d
		}
	}
	return nil
}

// folder returns a folder of a Division, deleted or not, or nil.
func (st *store) folder(division, id int64) *folder {
	i, ok := slices.BinarySearchFunc(st.folders, id, func(f *folder, id int64) int { return int(f.id - id) })
	if !ok || st.folders[i].division.ID != division {
		return nil
	}
	return st.folders[i]
}

// document returns a document of a Division, or nil.
func (st *store) document(division, id int64) *document {
	if d := st.documentByID(id); d != nil && d.division.ID == division {
		return d
	}
	return nil
}

func (st *store) documentByID(id int64) *document {
	i, ok := slices.BinarySearchFunc(st.documents, id, func(d *document, id int64) int { return int(d.id - id) })
	if !ok {
		return nil
	}
	return st.documents[i]
}

// addFolder gives a folder its id and hangs it into its parent.
func (st *store) addFolder(f *folder) *folder {
	f.id, f.state = st.nextFolder, folderActive
	st.nextFolder++
	st.folders = append(st.folders, f)
	if f.parent != nil {
		f.parent.children = append(f.parent.children, f)
	}
	return f
}

// addDocument gives a document its id and lays it into its folder.
func (st *store) addDocument(d *document) {
	d.id = st.nextDocument
	st.nextDocument++
	st.documents = append(st.documents, d)
	d.folder.documents = append(d.folder.documents, d)
}

// removeDocument takes a document out, its content too. Documents have no state
// "deleted", so nothing of them stays to be listed.
func (st *store) removeDocument(d *document) {
	drop := func(list []*document) []*document {
		return slices.DeleteFunc(list, func(o *document) bool { return o == d })
	}
	st.documents = drop(st.documents)
	d.folder.documents = drop(d.folder.documents)
	st.contents.remove(d.file)
}

// path is where a folder lies below its Division's root: "/" for the root.
func (f *folder) path() string {
	var parts []string
	for at := f; at.parent != nil; at = at.parent {
		parts = append(parts, at.name)
	}
	slices.Reverse(parts)
	return "/" + strings.Join(parts, "/")
}

// isActive tells whether a folder and all above it are active.
func (f *folder) isActive() bool {
	for at := f; at != nil; at = at.parent {
		if at.state != folderActive {
			return false
		}
	}
	return true
}

func (f *folder) isEmpty() bool {
	return len(f.documents) == 0 && !slices.ContainsFunc(f.children, func(c *folder) bool { return c.state == folderActive })
}

// refusal is a request that is well formed but can't be carried out.
type refusal struct {
	status  int
	message string
}

// Error implements error.
func (r *refusal) Error() string { return r.message }

func refuse(status int, format string, args ...any) *refusal {
	return &refusal{status, fmt.Sprintf(format, args...)}
}
