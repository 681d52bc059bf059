package engine

import (
	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/naming"
)

// placement chooses where new documents go: a folder and a name below the destination folder, safe and
// unique, and the same from run to run. What the ledger holds keeps its place; the rest is named in
// ascending order of the source's ids, so that a lost ledger leads to the same names.
type placement struct {
	// path of each source folder below the destination folder.
	path map[int64]string
	// namers of documents, by path, where new ones are named.
	namers  map[string]*naming.Namer
	changed []ledger.FolderName
	books   *Books
	// standing is what stands in each folder, once somebody has asked.
	standing map[string][]string
}

func newPlacement(folders []Folder, books Books) *placement {
	p := &placement{path: make(map[int64]string, len(folders)), namers: map[string]*naming.Namer{}, books: &books}
	p.placeFolders(folders, books.Names)
	return p
}

// moved tells whether the source has a document that stands under another name, or in another folder, than
// when it was carried, and that makes another place of it here.
func (p *placement) moved(d *Document, r *ledger.Record) bool {
	if r.Standing == nil || r.Standing.CarriedPath == "" || r.Standing.CarriedPath == d.SourcePath {
		return false
	}
	return r.Folder != p.path[d.FolderID] || !names(r.Name, d)
}

// names tells whether a name is one that a document may have been given.
func names(name string, d *Document) bool {
	return name == naming.Document(d.Name) || name == naming.WithID(d.Name, d.ID)
}

// placeFolders walks the folders with parents first. In each parent the recorded names are taken before
// new ones are given, so that a newcomer never takes the name of a folder that is there.
func (p *placement) placeFolders(folders []Folder, names map[int64]ledger.FolderName) {
	namers := map[string]*naming.Namer{}
	for group := range siblings(folders) {
		if group[0].ID == folders[0].ID { // the source folder itself
			p.path[group[0].ID] = ""
			continue
		}
		parent := p.path[group[0].ParentID]
		if namers[parent] == nil {
			namers[parent] = naming.NewFolderNamer()
		}
		for _, f := range group {
			if recorded, ok := names[f.ID]; ok && recorded.SourcePath == f.Path && parentOf(recorded.Path) == parent {
				namers[parent].Take(baseOf(recorded.Path))
				p.path[f.ID] = recorded.Path
			}
		}
		for _, f := range group {
			if _, placed := p.path[f.ID]; !placed {
				p.path[f.ID] = join(parent, namers[parent].Assign(f.Name, f.ID))
				p.changed = append(p.changed, ledger.FolderName{FolderID: f.ID, SourcePath: f.Path, Path: p.path[f.ID]})
			}
		}
	}
}

// place gives a new document its place.
func (p *placement) place(d *Document) (folder, name string) {
	folder = p.path[d.FolderID]
	return folder, p.namer(folder).Assign(d.Name, d.ID)
}

// namer gives the names of a folder in which something new is put. Most polls have none.
func (p *placement) namer(folder string) *naming.Namer {
	if p.namers[folder] == nil {
		p.namers[folder] = naming.NewNamer()
		for _, name := range p.taken()[folder] {
			p.namers[folder].Take(name)
		}
	}
	return p.namers[folder]
}

// taken are the names of what stands in each folder.
func (p *placement) taken() map[string][]string {
	if p.standing == nil {
		p.standing = map[string][]string{}
		for _, r := range p.books.Records {
			if r.Standing != nil {
				p.standing[r.Folder] = append(p.standing[r.Folder], r.Name)
			}
		}
		for _, f := range p.books.Former {
			p.standing[f.Folder] = append(p.standing[f.Folder], f.Name)
		}
	}
	return p.standing
}

// siblings groups folders that stand one after another with one parent, as scope lists them.
func siblings(folders []Folder) func(yield func([]Folder) bool) {
	return func(yield func([]Folder) bool) {
		for start := 0; start < len(folders); {
			end := start + 1
			for end < len(folders) && start > 0 && folders[end].ParentID == folders[start].ParentID {
				end++
			}
			if !yield(folders[start:end]) {
				return
			}
			start = end
		}
	}
}

func baseOf(path string) string {
	if i := len(parentOf(path)); i > 0 {
		return path[i+1:]
	}
	return path
}
