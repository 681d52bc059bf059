package naming

import (
	"cmp"
	"strconv"
)

// WithID is the document's name with its id before the extension, such as "Report (12400000038).pdf".
// It is safe and within MaxBytes, whatever the name was.
func WithID(name string, id int64) string { return document.tagged(name, tag(id, 1)) }

// WithIDAndCount is WithID for the n-th document of that very name and id: "Report (12400000038-2).pdf".
func WithIDAndCount(name string, id int64, n int) string { return document.tagged(name, tag(id, n)) }

func tag(id int64, n int) string {
	if n <= 1 {
		return " (" + strconv.FormatInt(id, 10) + ")"
	}
	return " (" + strconv.FormatInt(id, 10) + "-" + strconv.Itoa(n) + ")"
}

// tagged puts a tag behind the stem of a name.
func (s style) tagged(name, tag string) string {
	stem, extension := s.split(s.safe(name))
	stem = trimRight(cut(stem, MaxBytes-len(extension)-len(tag)))
	return cmp.Or(stem, "_") + tag + extension
}

// Namer gives the names of one folder. It is for one goroutine.
type Namer struct {
	style style
	taken map[string]struct{} // by Key
}

// NewNamer names the documents of one folder.
func NewNamer() *Namer { return newNamer(document) }

// NewFolderNamer names the sub-folders of one folder.
func NewFolderNamer() *Namer { return newNamer(folder) }

func newNamer(s style) *Namer { return &Namer{style: s, taken: map[string]struct{}{}} }

// Take marks a name that is in use in this folder, whether it is safe or not.
func (n *Namer) Take(name string) { n.taken[Key(name)] = struct{}{} }

// Assign gives the name for an id and marks it: the safe name if it is free, else with the id, else with
// the id and a count. Callers assign in ascending order of id; see the package comment for why.
func (n *Namer) Assign(name string, id int64) string {
	safe := n.style.safe(name)
	for count := 1; !n.free(safe); count++ {
		safe = n.style.tagged(name, tag(id, count))
	}
	n.Take(safe)
	return safe
}

func (n *Namer) free(name string) bool {
	_, taken := n.taken[Key(name)]
	return !taken
}
