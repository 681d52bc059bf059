package luminance

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// take takes in a document that is at hand.
func (c *contents) take(r io.Reader) (*incoming, content, error) {
	in, err := c.receive(false)
	if err != nil {
		return nil, content{}, err
	}
	seen := newInspector()
	if _, err := io.Copy(io.MultiWriter(in, seen), r); err != nil {
		in.drop()
		return nil, content{}, err
	}
	if err := in.finish(); err != nil {
		in.drop()
		return nil, content{}, err
	}
	return in, seen.content(), nil
}

// findDivision finds a Division by its id, its moniker or, if only one has it,
// its name.
func (s *Simulator) findDivision(ref string) (*division, error) {
	var named []*division
	for _, d := range s.store.divisions {
		if d.Moniker == ref || fmt.Sprint(d.ID) == ref {
			return d, nil
		}
		if d.Name == ref {
			named = append(named, d)
		}
	}
	if len(named) != 1 {
		return nil, refuse(http.StatusNotFound, "%d Divisions are called %q; name one by its moniker", len(named), ref)
	}
	return named[0], nil
}

// PersonCreatesFolder makes a folder, and those above it that are missing, as a
// person would in the web pages. The Division is named by id, moniker or name.
func (s *Simulator) PersonCreatesFolder(division, path string) (int64, error) {
	d, err := s.findDivision(division)
	if err != nil {
		return 0, err
	}
	f, err := s.personFolder(d, path)
	if err != nil {
		return 0, err
	}
	return f.id, nil
}

func (s *Simulator) personFolder(d *division, path string) (*folder, error) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	at := d.root
	for name := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if name == "" {
			continue
		}
		i := slices.IndexFunc(at.children, func(f *folder) bool { return f.state == folderActive && f.name == name })
		if i >= 0 {
			at = at.children[i]
			continue
		}
		made, problem := s.newFolder(at, name, "folder", PersonID)
		if problem != nil {
			return nil, problem
		}
		at = made
	}
	return at, nil
}

// PersonUploads puts a document at a path such as /Contracts/lease.pdf, as a
// person would: a document of the same name gets a new version.
func (s *Simulator) PersonUploads(division, path string, data []byte) (int64, error) {
	d, err := s.findDivision(division)
	if err != nil {
		return 0, err
	}
	slash := strings.LastIndex(path, "/") // -1 leaves the root and the whole name
	f, err := s.personFolder(d, path[:slash+1])
	if err != nil {
		return 0, err
	}
	return s.personPuts(f, path[slash+1:], data)
}

func (s *Simulator) personPuts(f *folder, name string, data []byte) (int64, error) {
	if problem := s.checkName(name); problem != nil {
		return 0, problem
	}
	in, seen, err := s.store.contents.take(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	defer in.drop()
	v, problem := s.put(putRequest{
		division: f.division, folder: f.id, name: name, replace: true, by: PersonID, content: seen, incoming: in,
	})
	if problem != nil {
		return 0, problem
	}
	return v.ID, nil
}

// PersonDeletes deletes a document, as a person would.
func (s *Simulator) PersonDeletes(document int64) error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	d := s.store.documentByID(document)
	if d == nil {
		return noDocument(document)
	}
	s.store.removeDocument(d)
	return nil
}

func noDocument(id int64) error { return refuse(http.StatusNotFound, "there is no document %d", id) }

// DocumentChange is what can be changed about a document by hand; nil leaves it.
type DocumentChange struct {
	// State pins the state of the import; empty lets it run as it would.
	State *string `json:"state"`
	// VersionState is active, draft (somebody edits it) or replaced.
	VersionState *string `json:"version_state"`
	// Tags are the QA tags.
	Tags *[]string `json:"tags"`
}

// ChangeDocument changes a document by hand, such as checking it out for editing.
func (s *Simulator) ChangeDocument(document int64, change DocumentChange) error {
	if v := change.VersionState; v != nil && !slices.Contains([]string{vsActive, vsDraft, vsReplaced}, *v) {
		return refuse(http.StatusBadRequest, "version_state is active, draft or replaced")
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	d := s.store.documentByID(document)
	if d == nil {
		return noDocument(document)
	}
	if change.State != nil {
		d.pinned = *change.State
	}
	if change.VersionState != nil {
		d.versionState = *change.VersionState
	}
	if change.Tags != nil {
		d.tags = *change.Tags
	}
	return nil
}

// PersonDeletesFolder deletes a folder with all that is in it, as a person would.
func (s *Simulator) PersonDeletesFolder(id int64) error {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	for _, f := range s.store.folders {
		if f.id == id && f.parent != nil {
			s.store.removeFolder(f)
			return nil
		}
	}
	return refuse(http.StatusNotFound, "folder %d can't be deleted: it is not there, or a root", id)
}
