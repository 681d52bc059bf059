package ledger_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// standingOf is what stands of a document, as its upload is settled.
func standingOf(id int64) ledger.Standing {
	return ledger.Standing{Hash: "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", Size: 10_000, Version: 1, LuminanceID: id, UploadedAt: time.Unix(1, 0), CarriedPath: "Leases"}
}

// BenchmarkCarry books new documents, intent and outcome, with 4 and 16 on their way at once.
func BenchmarkCarry(b *testing.B) {
	for _, many := range []int{4, 16} {
		b.Run(fmt.Sprint(many), func(b *testing.B) {
			l, err := ledger.Open(b.Context(), "sqlite://"+b.TempDir()+"/ledger.db", ledger.Fenced())
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			p, err := l.Pair(b.Context(), heron)
			if err != nil {
				b.Fatal(err)
			}
			var last atomic.Int64
			b.SetParallelism(many) // for each processor
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					id := last.Add(1)
					intent := ledger.Intent{Folder: "Leases", Name: fmt.Sprint(id), SourcePath: "Leases", Hash: "h", Size: 10_000, Version: 1, At: time.Unix(1, 0)}
					if err := p.Begin(b.Context(), id, intent); err != nil {
						b.Error(err)
					}
					if err := p.Settle(b.Context(), id, standingOf(id)); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

// BenchmarkDocuments reads the records of 10,000 documents.
func BenchmarkDocuments(b *testing.B) {
	l, err := ledger.Open(b.Context(), "sqlite://"+b.TempDir()+"/ledger.db")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	p, err := l.Pair(b.Context(), heron)
	if err != nil {
		b.Fatal(err)
	}
	const documents = 10_000
	var adopted []ledger.Adopted
	for id := range int64(documents) {
		adopted = append(adopted, ledger.Adopted{DocumentID: id + 1, Folder: "Leases", Name: fmt.Sprint(id), Standing: standingOf(id + 1)})
	}
	if err := p.Adopt(b.Context(), adopted); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if found, err := p.Documents(b.Context()); err != nil || len(found) != documents {
			b.Fatalf("read %d records: %v", len(found), err)
		}
	}
}
