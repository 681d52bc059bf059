package luminance

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// putRequest is a document on its way into a folder.
type putRequest struct {
	division *division
	folder   int64
	name     string
	replace  bool
	tasks    []int64
	by       int64
	content  content
	incoming *incoming
}

// checkPut refuses what is known to be refused before the content came.
func (s *Simulator) checkPut(p *putRequest) *refusal {
	if problem := s.checkName(p.name); problem != nil {
		return problem
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	f := s.target(p)
	if f == nil {
		return s.missing("folder")
	}
	return s.checkReplace(p, s.current(f, p.name))
}

// target returns the folder that a document goes into, or nil; the store is locked.
func (s *Simulator) target(p *putRequest) *folder {
	f := s.store.folder(p.division.ID, p.folder)
	if f == nil || !f.isActive() || p.by == ServiceUserID && s.hidden(f) {
		return nil
	}
	return f
}

// current returns the newest version of the document that a name stands for in a
// folder, or nil. Parts that an import took out of another document don't count.
func (s *Simulator) current(f *folder, name string) *document {
	same := s.sameName()
	for _, d := range slices.Backward(f.documents) {
		if d.versionState != vsReplaced && d.parent == 0 && same(d.name, name) {
			return d
		}
	}
	return nil
}

func (s *Simulator) checkReplace(p *putRequest, old *document) *refusal {
	switch {
	case old == nil:
		return nil
	case !p.replace:
		return refuse(http.StatusUnprocessableEntity, "a document of this name is in the folder: %s", old.describe())
	case old.versionState == vsDraft && s.control.Get("draftReplace") == "422":
		return refuse(http.StatusUnprocessableEntity, "%s is checked out", old.describe())
	}
	return nil
}

// put stores a document that came whole, or refuses it.
func (s *Simulator) put(p putRequest) (documentView, *refusal) {
	if most := s.control.Int("maxBytes"); most > 0 && p.content.size > most {
		status, _ := strconv.Atoi(s.control.Get("maxBytesStatus")) // the switch takes numbers only
		return documentView{}, refuse(status, "the document is larger than %d bytes", most)
	}
	if p.content.size == 0 && s.control.Get("emptyFile") == "422" {
		return documentView{}, refuse(http.StatusUnprocessableEntity, "the document is empty")
	}
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	f := s.target(&p)
	if f == nil {
		return documentView{}, s.missing("folder")
	}
	old := s.current(f, p.name)
	if problem := s.checkReplace(&p, old); problem != nil {
		return documentView{}, problem
	}
	d := &document{
		division: p.division, folder: f, name: p.name, mediaType: mediaTypeOf(p.name), version: 1, versionState: vsActive,
		createdAt: s.told().Truncate(time.Millisecond), createdBy: p.by, tasks: p.tasks, content: p.content, arrived: s.now(),
	}
	if err := s.store.lay(d, old, p.incoming); err != nil {
		return documentView{}, refuse(http.StatusInternalServerError, "the simulator can't write to the folder for received documents")
	}
	s.linkVersions(d, old)
	s.judge(d)
	s.expand(d)
	return s.documentView(d), nil
}

// lay adds a document and puts its content where it belongs, moving that of the
// version before it aside.
func (st *store) lay(d, old *document, in *incoming) error {
	dir := d.folder.dir()
	if old != nil && old.file != "" {
		// Where ids are kept, all older versions come by the same directory.
		aside := filepath.Join(dir, versionsDir, strconv.FormatInt(old.id, 10))
		aside = filepath.Join(aside, st.contents.free(aside, old.name, st.nextDocument, anyEntry))
		if err := st.contents.move(old.file, aside); err != nil {
			return err
		}
		old.file = aside
	}
	entry := st.contents.free(dir, d.name, st.nextDocument, anyEntry)
	file, err := in.keep(filepath.Join(dir, entry))
	if err != nil {
		return err
	}
	d.file = file
	st.addDocument(d)
	return nil
}

// linkVersions makes old the version before d. What happens to version_group is
// told in two ways by the same document, so it is a switch.
func (s *Simulator) linkVersions(d, old *document) {
	d.group = d.id
	if old == nil {
		return
	}
	d.version, old.versionState = old.version+1, vsReplaced
	if s.control.Get("idOnReplace") == "kept" {
		s.store.swapIDs(d, old)
	}
	switch s.control.Get("versionGroup") {
	case "new-takes-old-id":
		d.group = old.id
	case "old-takes-new-id":
		d.group, old.group = d.id, d.id
	default:
		d.group = old.group
	}
}

func (st *store) swapIDs(a, b *document) {
	a.id, b.id = b.id, a.id
	slices.SortFunc(st.documents, func(x, y *document) int { return int(x.id - y.id) })
}

// expand lets an archive or an e-mail yield two documents of their own, in the
// same folder, where the switch says so. What they hold is invented.
func (s *Simulator) expand(d *document) {
	container := d.mediaType == mediaTypes[".zip"] || d.mediaType == mediaTypes[".eml"] || d.mediaType == mediaTypes[".msg"]
	if !container || d.outcome == stFailure || !s.control.Bool("containerExpansion") {
		return
	}
	d.outcome = stExtracted
	for n := 1; n <= 2; n++ {
		text := fmt.Sprintf("Part %d of document %d.\n", n, d.id)
		part := &document{
			division: d.division, folder: d.folder, parent: d.id, name: fmt.Sprintf("part %d of %d.txt", n, d.id),
			mediaType: mediaTypes[".txt"], version: 1, versionState: vsActive, createdAt: d.createdAt, createdBy: d.createdBy, arrived: d.arrived,
			outcome: stComplete,
		}
		if in, seen, err := s.store.contents.take(strings.NewReader(text)); err == nil {
			dir := filepath.Join(d.folder.dir(), attachmentsDir, strconv.FormatInt(d.id, 10))
			part.content = seen
			if s.store.contents.makeDir(dir) == nil {
				part.file, _ = in.keep(filepath.Join(dir, part.name)) // without a file the part can't be downloaded
			}
		}
		s.store.addDocument(part)
		part.group = part.id
	}
}
