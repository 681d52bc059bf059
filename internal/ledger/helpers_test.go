package ledger_test

import (
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

var (
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Local()

	heron = ledger.Ends{ExchangeID: 7100015, Instance: "acme.app.luminance.com", DivisionID: 12, Folder: "/Project Heron"}
)

func address(folder string) string { return "sqlite://" + filepath.Join(folder, "ledger.db") }

// open opens the ledger in a folder, and closes it when the test ends.
func open(t testing.TB, folder string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), address(folder))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close the ledger: %v", err)
		}
	})
	return l
}

func pair(t testing.TB, l *ledger.Ledger, ends ledger.Ends) *ledger.Pair {
	t.Helper()
	p, err := l.Pair(t.Context(), ends)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// book is a fresh ledger's pair with its folder, to read it as a process started later would.
type book struct {
	*ledger.Pair
	t      *testing.T
	folder string
}

func newBook(t *testing.T) *book {
	t.Helper()
	folder := t.TempDir()
	return &book{Pair: pair(t, open(t, folder), heron), t: t, folder: folder}
}

func (b *book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// shows holds the records of the pair against what they should be, also as a second process reads them.
func (b *book) shows(want map[int64]*ledger.Record) {
	b.t.Helper()
	g := NewWithT(b.t)
	for _, p := range []*ledger.Pair{b.Pair, pair(b.t, open(b.t, b.folder), heron)} {
		got, err := p.Documents(b.t.Context())
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(got).To(Equal(want))
	}
}

// to is an intent to bring a document to a place.
func to(folder, name string, i ledger.Intent) ledger.Intent {
	i.Folder, i.Name = folder, name
	return i
}

func at(folder, name string, i ledger.Intent) *ledger.Intent {
	i = to(folder, name, i)
	return &i
}
