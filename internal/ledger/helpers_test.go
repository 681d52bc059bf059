package ledger_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

var (
	start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Local()

	heron = ledger.Ends{ExchangeID: 7100015, Instance: "acme.app.luminance.com", DivisionID: 12, Folder: "/Project Heron"}
)

// address is that of the ledger that belongs to a folder: a file in it, or, in a test on PostgreSQL, a database whose
// address stands in it, so that another process finds it, too.
func address(t testing.TB, folder string) string {
	t.Helper()
	if os.Getenv(onPostgres) == "" {
		return "sqlite://" + filepath.Join(folder, "ledger.db")
	}
	note := filepath.Join(folder, "address")
	if kept, err := os.ReadFile(note); err == nil {
		return string(kept)
	}
	dsn := postgres.Start(t).Database(t)
	if err := os.WriteFile(note, []byte(dsn), 0o600); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// open opens the ledger in a folder, and closes it when the test ends.
func open(t testing.TB, folder string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), address(t, folder))
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

// refuse has the database refuse changes of a table that would be the second of several.
func refuse(t *testing.T, folder, change, table, column string) {
	t.Helper()
	statement := fmt.Sprintf(`CREATE TRIGGER refuse BEFORE %s ON %s WHEN NEW.%s = 2 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`, change, table, column)
	driver, source := "sqlite", filepath.Join(folder, "ledger.db")
	if os.Getenv(onPostgres) != "" {
		driver, source = "pgx", address(t, folder)
		statement = fmt.Sprintf(`
			CREATE FUNCTION refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$;
			CREATE TRIGGER refuse BEFORE %s ON %s FOR EACH ROW WHEN (NEW.%s = 2) EXECUTE FUNCTION refuse()`, change, table, column)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
