package engine

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // as Intralinks lists it
	"encoding/base64"
	"fmt"
	"io"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// largeRoom is a snapshot of 50,000 documents in 10,000 folders, and what the ledger has once all of them stand.
func largeRoom() (*Snapshot, Books) {
	const folders, documents = 10_000, 50_000
	s := &Snapshot{Folders: []Folder{{}}}
	books := Books{Records: make(map[int64]*ledger.Record, documents), Names: map[int64]ledger.FolderName{}}
	for i := range int64(folders) {
		name := fmt.Sprintf("Due diligence %05d", i)
		s.Folders = append(s.Folders, Folder{ID: i + 1, Name: name, Path: name})
		books.Names[i+1] = ledger.FolderName{FolderID: i + 1, SourcePath: name, Path: name}
	}
	for i := range int64(documents) {
		d := Document{ID: folders + i + 1, FolderID: i%folders + 1, Name: fmt.Sprintf("Agreement %06d.pdf", i), Size: 1000, Hash: fmt.Sprint(i), Version: 1}
		d.place("", s.Folders[d.FolderID].Path)
		s.Documents = append(s.Documents, d)
		books.Records[d.ID] = &ledger.Record{
			DocumentID: d.ID, Folder: s.Folders[d.FolderID].Path, Name: d.Name, SourcePath: d.SourcePath,
			Standing: &ledger.Standing{Hash: d.Hash, Size: d.Size, Version: 1, CarriedPath: d.SourcePath, UploadedAt: time.Unix(1, 0)},
		}
	}
	return s, books
}

func BenchmarkPlan(b *testing.B) {
	snapshot, books := largeRoom()
	for name, known := range map[string]Books{"new": {}, "quiet": books} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				plan := MakePlan(snapshot, known, Policy{}, time.Unix(2, 0))
				if got := len(plan.Actions); got != len(snapshot.Documents)-len(known.Records) {
					b.Fatalf("%d actions", got)
				}
			}
		})
	}
}

// BenchmarkDownload checks a document of 16 MiB as it comes in.
func BenchmarkDownload(b *testing.B) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	sum := sha1.Sum(content) //nolint:gosec // see above
	document := &Document{Size: int64(len(content)), Hash: base64.StdEncoding.EncodeToString(sum[:])}
	buffer := make([]byte, 24<<10)
	b.SetBytes(document.Size)
	for b.Loop() {
		d := &download{
			ctx: b.Context(), document: document, exact: true, size: document.Size, most: document.Size,
			body: io.NopCloser(bytes.NewReader(content)), sum: sha1.New(), //nolint:gosec // see above
		}
		if n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, d, buffer); n != document.Size || err != nil {
			b.Fatalf("read %d bytes: %v", n, err)
		}
	}
}
