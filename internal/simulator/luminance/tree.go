package luminance

import (
	"io"
	"slices"
	"strings"
)

// Stored is one version of a document as the instance holds it, with what the
// API doesn't tell.
type Stored struct {
	Division     string   `json:"division"`
	Moniker      string   `json:"moniker"`
	Folder       string   `json:"folder"` // "/" is the root
	Path         string   `json:"path"`   // folder and name
	Name         string   `json:"name"`
	ID           int64    `json:"id"`
	FolderID     int64    `json:"folder_id"`
	ParentID     int64    `json:"parent_id,omitempty"`
	Version      int64    `json:"version"`
	VersionState string   `json:"version_state"`
	CreatedBy    int64    `json:"created_by"`
	ByService    bool     `json:"by_service"` // the service user uploaded it
	SHA1         string   `json:"sha1"`
	SHA256       string   `json:"sha256"`
	Size         int64    `json:"size"`
	MediaType    string   `json:"media_type"`
	State        string   `json:"state"`
	Tags         []string `json:"tags,omitempty"`
	TaskIDs      []int64  `json:"task_ids,omitempty"`
	// File is where its bytes lie below Options.ReceivedDir.
	File string `json:"file,omitempty"`
}

// StoredFolder is a folder as the instance holds it.
type StoredFolder struct {
	Division  string `json:"division"`
	Moniker   string `json:"moniker"`
	Path      string `json:"path"` // "/" is the root
	ID        int64  `json:"id"`
	ParentID  int64  `json:"parent_id,omitempty"`
	State     string `json:"state"`
	CreatedBy int64  `json:"created_by"`
}

// Documents returns what is stored, by Division and path; with all also the
// versions that were replaced.
func (s *Simulator) Documents(all bool) []Stored {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	list := make([]Stored, 0, len(s.store.documents))
	for _, d := range s.store.documents {
		if all || d.versionState != vsReplaced {
			list = append(list, s.stored(d))
		}
	}
	slices.SortStableFunc(list, func(a, b Stored) int {
		if c := strings.Compare(a.Moniker, b.Moniker); c != 0 {
			return c
		}
		return strings.Compare(a.Path, b.Path)
	})
	return list
}

func (s *Simulator) stored(d *document) Stored {
	folder := d.folder.path()
	v := Stored{
		Division: d.division.Name, Moniker: d.division.Moniker,
		Folder: folder, Path: strings.TrimSuffix(folder, "/") + "/" + d.name, Name: d.name,
		ID: d.id, FolderID: d.folder.id, ParentID: d.parent, Version: d.version, VersionState: d.versionState,
		CreatedBy: d.createdBy, ByService: d.createdBy == ServiceUserID,
		SHA1: d.content.sha1, SHA256: d.content.sha256, Size: d.content.size, MediaType: d.mediaType,
		State: s.state(d), TaskIDs: slices.Clone(d.tasks),
	}
	if v.State != stPending {
		v.Tags = slices.Clone(d.tags)
	}
	if s.store.contents.root != "" {
		v.File = d.file
	}
	return v
}

// Folders returns the folders, deleted ones too, in the order of their creation.
func (s *Simulator) Folders() []StoredFolder {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	list := make([]StoredFolder, 0, len(s.store.folders))
	for _, f := range s.store.folders {
		v := StoredFolder{
			Division: f.division.Name, Moniker: f.division.Moniker, Path: f.path(),
			ID: f.id, State: f.state, CreatedBy: f.createdBy,
		}
		if f.parent != nil {
			v.ParentID = f.parent.id
		}
		list = append(list, v)
	}
	return list
}

// Open returns the bytes of a stored document.
func (s *Simulator) Open(document int64) (io.ReadCloser, error) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	d := s.store.documentByID(document)
	if d == nil {
		return nil, noDocument(document)
	}
	return s.store.contents.open(d.file)
}
