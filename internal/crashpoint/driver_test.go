package crashpoint_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
)

// written are the notes of a database, as a process that starts now finds them.
func written(t *testing.T, file string) (notes []string) {
	t.Helper()
	g := NewWithT(t)
	db, err := sql.Open("sqlite", file)
	g.Expect(err).NotTo(HaveOccurred())
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), "SELECT note FROM notes ORDER BY note")
	g.Expect(err).NotTo(HaveOccurred())
	defer rows.Close()
	for rows.Next() {
		var note string
		g.Expect(rows.Scan(&note)).To(Succeed())
		notes = append(notes, note)
	}
	g.Expect(rows.Err()).NotTo(HaveOccurred())
	return notes
}

// notebook is a process's connection to a database of notes, written as the ledger writes.
type notebook struct {
	*sql.DB
	file string
}

func openNotebook(t *testing.T, p *crashpoint.Process) *notebook {
	t.Helper()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "notes.db")
	driver, err := p.Driver("sqlite")
	g.Expect(err).NotTo(HaveOccurred())
	db, err := sql.Open(driver, "file:"+file+"?_pragma=journal_mode(WAL)")
	g.Expect(err).NotTo(HaveOccurred())
	db.SetMaxOpenConns(1)
	return &notebook{db, file}
}

// write makes three notes: one by itself, one that is read back at once, two in a transaction.
func (n *notebook) write() error {
	ctx := context.Background() // a dead process may still try
	if _, err := n.ExecContext(ctx, "CREATE TABLE notes (note TEXT)"); err != nil {
		return err
	}
	if _, err := n.ExecContext(ctx, "INSERT INTO notes VALUES ('a')"); err != nil {
		return err
	}
	var got string
	if err := n.QueryRowContext(ctx, "INSERT INTO notes VALUES ('b') RETURNING note").Scan(&got); err != nil {
		return err
	}
	tx, err := n.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, note := range []string{"c", "d"} {
		if _, err := tx.ExecContext(ctx, "INSERT INTO notes VALUES (?)", note); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func TestAWriteIsDurableAfterItAndNotBefore(t *testing.T) {
	for _, c := range []struct {
		step    int
		flavour crashpoint.Flavour
		left    []string
	}{
		{1, crashpoint.Before, nil},
		{1, crashpoint.After, []string{"a"}},
		{2, crashpoint.Before, []string{"a"}},
		{2, crashpoint.After, []string{"a", "b"}},
		{3, crashpoint.Before, []string{"a", "b"}},
		{3, crashpoint.After, []string{"a", "b", "c", "d"}},
	} {
		g := NewWithT(t)
		p := crashpoint.Start(&crashpoint.Point{Step: c.step, Flavour: c.flavour})
		n := openNotebook(t, p)
		g.Expect(n.write()).To(MatchError(crashpoint.ErrDead), "%+v", c)
		_, err := n.ExecContext(t.Context(), "INSERT INTO notes VALUES ('e')")
		g.Expect(err).To(MatchError(crashpoint.ErrDead))
		g.Expect(n.QueryRowContext(t.Context(), "SELECT count(*) FROM notes").Scan(new(int))).To(MatchError(crashpoint.ErrDead))

		left := filepath.Join(t.TempDir(), "left.db")
		g.Expect(p.Bury(func() error { return crashpoint.CopyDatabase(n.file, left) })).To(Succeed())
		_ = n.Close()
		g.Expect(written(t, left)).To(Equal(c.left), "%+v", c)
		g.Expect(written(t, n.file)).To(Equal(c.left), "%+v: the file itself", c)
	}
}

func TestWritesAreStepsAndReadsAreNot(t *testing.T) {
	g := NewWithT(t)
	p := crashpoint.Start(nil)
	n := openNotebook(t, p)
	g.Expect(n.write()).To(Succeed())
	g.Expect(n.PingContext(t.Context())).To(Succeed())
	var count int
	g.Expect(n.QueryRowContext(t.Context(), "SELECT count(*) FROM notes").Scan(&count)).To(Succeed())
	g.Expect(count).To(Equal(4))
	both := []crashpoint.Flavour{crashpoint.Before, crashpoint.After}
	g.Expect(p.Steps()).To(Equal([]crashpoint.Step{
		{Name: "ledger CREATE TABLE notes (note", Flavours: both},
		{Name: "ledger INSERT INTO notes VALUES", Flavours: both},
		{Name: "ledger INSERT INTO notes VALUES", Flavours: both},
		{Name: "ledger INSERT INTO notes VALUES", Flavours: both},
	}))
	g.Expect(n.Close()).To(Succeed())
}
