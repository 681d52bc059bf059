package dataroom

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"
)

// Size tells how much a generated room holds. The zero Size is the room of a
// demonstration: Project Heron, with about 40 documents in 13 folders and all
// the oddities that a data room has.
type Size struct {
	// Documents and Folders are exact counts. Folders is 1 or more; the first is
	// /Contracts, and all others lie below it.
	Documents int
	Folders   int
	// Depth is the deepest level of folders, 10 by default.
	Depth int
	// FileSize makes every document a PDF of exactly so many bytes (fewer than
	// 2,000 count as 2,000); 0 leaves the few kilobytes that their text takes.
	FileSize int64
	// Oddities makes every fourth document odd in one way or another: see oddOne.
	Oddities bool
}

// Generated returns a room with believable files that open in their programs. A
// seed and a size give the same room, to the byte, each time.
func Generated(seed int64, size Size) *Room {
	r := New(seed)
	started := packageDate
	r.SetClock(func() time.Time {
		started = started.Add(time.Minute)
		return started
	})
	if size == (Size{}) {
		fillDemo(r, seed)
	} else {
		fill(r, seed, size)
	}
	r.SetClock(time.Now)
	return r
}

// fillDemo lays out the room that heron describes.
func fillDemo(r *Room, seed int64) {
	for i, item := range heron {
		folder, name, _ := cutLast(item.path)
		base, extension := SplitName(name)
		var content Content
		switch item.odd {
		case placeholder:
		case zeroBytes:
			content = Bytes{}
		default:
			content = write(seed, int64(i), base, extension)
		}
		// Nothing here can fail: folders are made just before they are used.
		f, _ := r.FolderAt(folder)
		d, _ := r.AddDocument(f.ID, base, extension, content)
		if item.odd == irm {
			_ = r.EditDocument(d.ID, func(d *Document) { d.IRM = true })
		}
	}
}

// fill makes plain rooms of any size.
func fill(r *Room, seed int64, size Size) {
	depth := size.Depth
	if depth <= 0 {
		depth = 10
	}
	rng := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // repeatable on purpose
	first, _ := r.AddFolder(0, "Contracts")
	folders := []*Folder{first}
	depths := []int{1}
	for i := 1; i < size.Folders; i++ {
		// The first few go straight down, so that the depth is reached.
		above := i - 1
		if i >= depth {
			above = rng.IntN(len(folders))
		}
		for depths[above] >= depth {
			above = rng.IntN(len(folders))
		}
		f, _ := r.AddFolder(folders[above].ID, fmt.Sprintf("%s %d", folderWords[i%len(folderWords)], i))
		folders, depths = append(folders, f), append(depths, depths[above]+1)
	}
	for i := range size.Documents {
		name := fmt.Sprintf("%s %d", documentWords[i%len(documentWords)], i+1)
		extension := extensions[i%len(extensions)]
		var content Content
		if size.FileSize > 0 {
			extension = ".pdf"
			content = writeSized(seed, int64(i), name, size.FileSize)
		} else {
			content = write(seed, int64(i), name, extension)
		}
		if size.Oddities && i%4 == 3 {
			name, extension, content = oddOne(seed, i, name, extension, content)
		}
		_, _ = r.AddDocument(folders[i%len(folders)].ID, name, extension, content)
	}
}

// write returns the content of the i-th document, made when it is read.
func write(seed, i int64, title, extension string) Content {
	source := func() *rand.Rand {
		return rand.New(rand.NewPCG(uint64(seed), uint64(i)+1)) //nolint:gosec // repeatable on purpose
	}
	clauses := 20 + source().IntN(60)
	heading := fmt.Sprintf("%s (document %d of room %d)", title, i+1, seed)
	lines := func() []string { return prose(source(), heading, clauses) }
	switch extension {
	case ".pdf":
		pages := (clauses + 4 + linesAPage - 1) / linesAPage
		return &lazy{pages: pages, make: func() []byte { return joined(newPDF(heading, lines(), seed, 0)) }}
	case ".docx":
		return &lazy{pages: 1, make: func() []byte { return newDOCX(lines()) }}
	case ".xlsx":
		return &lazy{pages: 1, make: func() []byte { return newXLSX(ledger(source(), heading, clauses)) }}
	case ".eml":
		return &lazy{make: func() []byte { return newEML(source(), title, lines()) }}
	default:
		return &lazy{make: func() []byte { return []byte(strings.Join(lines(), "\n") + "\n") }}
	}
}

// writeSized returns a PDF of an exact size.
func writeSized(seed, i int64, title string, size int64) Content {
	heading := fmt.Sprintf("%s (document %d of room %d)", title, i+1, seed)
	return &sizedPDF{title: heading, seed: seed ^ i<<20, size: max(size, 2000)}
}

// sizedPDF is built for each reader: kept ready, fifty thousand of them would
// take a hundred megabytes.
type sizedPDF struct {
	title string
	seed  int64
	size  int64
}

func (s *sizedPDF) build() pdf { return newPDF(s.title, []string{s.title}, s.seed, s.size) }

// Size implements Content.
func (s *sizedPDF) Size() int64 { return s.size }

// Open implements Content.
func (s *sizedPDF) Open() (io.ReadSeekCloser, error) { return s.build().Open() }

// Pages implements Paged.
func (s *sizedPDF) Pages() int { return 1 }
