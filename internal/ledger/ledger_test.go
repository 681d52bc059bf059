package ledger_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

func TestALedgerThatCannotBeOpenedSaysWhatToDo(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	writeFile(t, file, "this is no database, but long enough to look like one to somebody who reads its header")
	const names = "names no database: write sqlite:///folder/ledger.db, with three slashes, for a file, or postgres://user@host/database for a PostgreSQL server"
	const unreadable = "ledger: the postgres:// address can't be read: write postgres://user@host:5432/database, with characters such as @ and / " +
		"in the password written as %40 and %2F, and libpq's parameters after a question mark"
	for _, tt := range []struct{ name, dsn, message string }{
		{"nothing", "", "ledger: the address " + names},
		{"a bare path", "/var/lib/ledger.db", "ledger: the address " + names},
		{"two slashes", "sqlite://ledger.db", "ledger: the sqlite:// address " + names},
		{"no file", "sqlite:///", "ledger: the sqlite:// address " + names},
		{"a folder", "sqlite:///var/lib/", "ledger: the sqlite:// address " + names},
		{"another database", "mysql://me:hunter2@db/ledger", "ledger: the mysql:// address " + names},
		{"one that is misspelled", "postgres://me:hunter2@db:port/%zz", unreadable},
		{"a parameter that there isn't", "postgres://me:hunter2@db/ledger?sslmode=sometimes", unreadable},
		{"no database", "postgres://me:hunter2@db", "ledger: the postgres:// address names no database: write postgres://user@host:5432/database"},
		{"in a way of its own", "host=db password=hunter2", "ledger: the address " + names},
		{"a missing folder", "sqlite://" + folder + "/missing/ledger.db", "ledger: " + folder + "/missing is not a folder: create it, or mount a volume there"},
		{"a file for a folder", "sqlite://" + file + "/ledger.db", "ledger: " + file + " is not a folder: create it, or mount a volume there"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ledger.Open(t.Context(), tt.dsn)
			NewWithT(t).Expect(err).To(MatchError(tt.message))
		})
	}

	_, err := ledger.Open(t.Context(), "sqlite://"+file)
	NewWithT(t).Expect(err).To(MatchError(And(ContainSubstring(file), ContainSubstring("not a database"))))
	content, err := os.ReadFile(file)
	NewWithT(t).Expect(string(content), err).To(HavePrefix("this is no database"), "what is no ledger is left alone")
}

func TestTheAddressIsAPathAsItIs(t *testing.T) {
	g := NewWithT(t)
	folder := filepath.Join(t.TempDir(), "50 % & #1?mode=memory")
	g.Expect(os.Mkdir(folder, 0o700)).To(Succeed())
	l, err := ledger.Open(t.Context(), "sqlite://"+filepath.Dir(folder)+"/50%20%25%20&%20%231%3Fmode=memory/ledger.db")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(pair(t, l, heron).Begin(t.Context(), document, to("", "a.pdf", intent1))).To(Succeed())
	g.Expect(l.Close()).To(Succeed())
	g.Expect(filepath.Join(folder, "ledger.db")).To(BeARegularFile())
}

// TestAnotherDriverIsGivenTheSameAddress opens a ledger through a driver that only remembers what it was given.
func TestAnotherDriverIsGivenTheSameAddress(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	remembering := &rememberingDriver{}
	sql.Register("remembering", remembering)
	l, err := ledger.Open(t.Context(), address(t, folder), ledger.WithDriver("remembering"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(l.Close()).To(Succeed())
	g.Expect(remembering.given).To(And(HavePrefix("file://"+filepath.Join(folder, "ledger.db")+"?"), ContainSubstring("synchronous%28FULL%29")))
	g.Expect(pair(t, open(t, folder), heron).Documents(t.Context())).To(BeEmpty())

	_, err = ledger.Open(t.Context(), address(t, folder), ledger.WithDriver("unheard of"))
	g.Expect(err).To(MatchError(And(HavePrefix("ledger: open "), ContainSubstring("unheard of"))))
}

type rememberingDriver struct{ given string }

func (d *rememberingDriver) Open(dsn string) (driver.Conn, error) {
	d.given = dsn
	db, err := sql.Open("sqlite", "")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return db.Driver().Open(dsn)
}

func TestOpeningAgainChangesNothing(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	g.Expect(pair(t, open(t, folder), heron).Begin(t.Context(), document, to("", "a.pdf", intent1))).To(Succeed())
	before := schema(t, folder)
	for range 3 {
		l, err := ledger.Open(t.Context(), address(t, folder))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(pair(t, l, heron).Documents(t.Context())).To(HaveKey(int64(document)))
		g.Expect(l.Close()).To(Succeed())
	}
	g.Expect(schema(t, folder)).To(Equal(before))
}

func TestAnAnswerTellsWhetherTheLedgerCanBeRead(t *testing.T) {
	g := NewWithT(t)
	l, err := ledger.Open(t.Context(), address(t, t.TempDir()))
	g.Expect(err).NotTo(HaveOccurred())
	p := pair(t, l, heron)
	g.Expect(l.Ping(t.Context())).To(Succeed())

	g.Expect(l.Close()).To(Succeed())
	g.Expect(l.Ping(t.Context())).NotTo(Succeed())
	g.Expect(p.Begin(t.Context(), document, to("", "a.pdf", intent1))).To(MatchError(ContainSubstring("ledger: record an intent: ")))
	_, err = p.Documents(t.Context())
	g.Expect(err).To(MatchError(ContainSubstring("ledger: read the documents: ")))
	_, err = l.ReserveRequest(t.Context(), host, start)
	g.Expect(err).To(MatchError(ContainSubstring("ledger: record a request: ")))
}

// TestErrorsNameNoDocuments: what a person may read in a log holds ids, not names.
func TestErrorsNameNoDocuments(t *testing.T) {
	g := NewWithT(t)
	ctx, cancel := context.WithCancel(t.Context())
	p := pair(t, open(t, t.TempDir()), heron)
	cancel()
	err := p.Begin(ctx, document, to("Leases", "Settlement with Example LLP.pdf", intent1))
	g.Expect(err).To(MatchError(context.Canceled))
	g.Expect(err.Error()).NotTo(Or(ContainSubstring("Settlement"), ContainSubstring("Leases")))
}

func TestManyWriteAtOnce(t *testing.T) {
	g := NewWithT(t)
	folder := t.TempDir()
	// Two ledgers of one file are what a restart has for a moment: the old process and the new one.
	ledgers := []*ledger.Ledger{open(t, folder), open(t, folder)}
	const writers, documents = 8, 20
	var group sync.WaitGroup
	failures := make(chan error, writers*documents)
	for writer := range int64(writers) {
		group.Go(func() {
			p, err := ledgers[writer%2].Pair(t.Context(), heron)
			for i := range int64(documents) {
				id := writer*documents + i
				if err == nil {
					err = p.Begin(t.Context(), id, to("", fmt.Sprint(id), intent1))
				}
				if err == nil && id%2 == 0 {
					err = p.Settle(t.Context(), id, standing1)
				}
				if err == nil {
					_, err = p.Documents(t.Context())
				}
			}
			failures <- err
		})
	}
	group.Wait()
	close(failures)
	for err := range failures {
		g.Expect(err).NotTo(HaveOccurred())
	}
	records, err := pair(t, open(t, folder), heron).Documents(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(records).To(HaveLen(writers * documents))
	for id, record := range records {
		g.Expect(record.Standing != nil).To(Equal(id%2 == 0), "document %d", id)
		g.Expect(record.Intent != nil).To(Equal(id%2 != 0), "document %d", id)
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// query reads the database beside the ledger.
func query(t *testing.T, folder, statement string) []string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(folder, "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func schema(t *testing.T, folder string) []string {
	t.Helper()
	return append(query(t, folder, "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY name"),
		query(t, folder, "SELECT version_id || ' ' || tstamp FROM goose_db_version ORDER BY id")...)
}
