package ledger_test

import (
	"database/sql"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

// What is asked of a server while it restarts is answered once it is back, and what was committed is still there.
func TestPostgresMayRestart(t *testing.T) {
	g := NewWithT(t)
	server := postgres.New(t)
	l, err := ledger.Open(t.Context(), server.Database(t), ledger.Fenced())
	g.Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	p := pair(t, l, heron)
	g.Expect(p.Begin(t.Context(), document, to("", "a.pdf", intent1))).To(Succeed())
	id := reserve(t, l, host, start)

	server.Stop(t)
	results := make(chan error)
	for _, change := range []func() error{
		func() error { return p.Settle(t.Context(), document, standing1) },
		func() error { return p.Begin(t.Context(), document+1, to("", "b.pdf", intent2)) },
		func() error { return l.SettleRequest(t.Context(), id, start) },
		func() error { _, err := p.Documents(t.Context()); return err },
	} {
		go func() { results <- change() }()
	}
	g.Consistently(results).WithTimeout(200 * time.Millisecond).ShouldNot(Receive())
	server.Restart(t)
	for range 4 {
		g.Expect(<-results).To(Succeed())
	}
	records, err := p.Documents(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(records[document].Standing).To(Equal(&standing1))
	g.Expect(records[document+1].Intent).NotTo(BeNil())
}

// A server that ends between a commit and its answer has recorded what it was told.
func TestPostgresMayEndAtAnyMoment(t *testing.T) {
	g := NewWithT(t)
	server := postgres.New(t)
	l, err := ledger.Open(t.Context(), server.Database(t), ledger.Fenced())
	g.Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	p := pair(t, l, heron)
	const documents = 200
	over := make(chan error, 1)
	go func() {
		var err error
		for id := int64(1); id <= documents && err == nil; id++ {
			if err = p.Begin(t.Context(), id, to("", fmt.Sprint(id), intent1)); err == nil {
				err = p.Settle(t.Context(), id, standing1)
			}
		}
		over <- err
	}()
	for range 5 {
		server.Restart(t)
	}
	g.Expect(<-over).To(Succeed())
	records, err := p.Documents(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(records).To(HaveLen(documents))
	for id, r := range records {
		g.Expect(r.Standing).To(Equal(&standing1), "document %d", id)
		g.Expect(r.Intent).To(BeNil())
	}
}

func TestAServerThatIsAwayIsNamedWithoutItsPassword(t *testing.T) {
	g := NewWithT(t)
	_, err := ledger.Open(t.Context(), "postgres://me:hunter2@127.0.0.1:1/ledger", ledger.WithPatience(time.Millisecond))
	g.Expect(err).To(MatchError(And(HavePrefix(`ledger: the PostgreSQL database "ledger" on 127.0.0.1: `), ContainSubstring("connection refused"))))
	g.Expect(err.Error()).NotTo(ContainSubstring("hunter2"))
}

// A missing database and a wrong user are told at once: waiting would change nothing.
func TestARefusalIsToldAtOnce(t *testing.T) {
	server := postgres.Start(t)
	dsn := server.Database(t)
	for what, wrong := range map[string]string{
		"does not exist": strings.Replace(dsn, "/test", "/missing", 1),
		"role":           strings.Replace(dsn, "user=ledger", "user=nobody", 1),
	} {
		_, err := ledger.Open(t.Context(), wrong, ledger.WithPatience(time.Hour))
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring(what)))
	}
}

// Several replicas start at once on an empty database.
func TestTablesAreMadeOnce(t *testing.T) {
	g := NewWithT(t)
	dsn := postgres.Start(t).Database(t)
	var group sync.WaitGroup
	errs := make(chan error, 5)
	for range cap(errs) {
		group.Go(func() {
			l, err := ledger.Open(t.Context(), dsn)
			if err == nil {
				err = l.Close()
			}
			errs <- err
		})
	}
	group.Wait()
	for range cap(errs) {
		g.Expect(<-errs).To(Succeed())
	}
}

// That a commit survives a power cut can't be shown without one; that the server was told to flush can, also where its
// default is not to.
func TestEveryCommitIsFlushedByPostgres(t *testing.T) {
	g := NewWithT(t)
	dsn := postgres.Start(t).Database(t)
	db, err := sql.Open("pgx", dsn)
	g.Expect(err).NotTo(HaveOccurred())
	defer db.Close()
	_, err = db.ExecContext(t.Context(), `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$`)
	g.Expect(err).NotTo(HaveOccurred())
	l, err := ledger.Open(t.Context(), dsn)
	g.Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	_, err = db.ExecContext(t.Context(), `
		CREATE TABLE commits (setting TEXT);
		CREATE FUNCTION note() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO commits VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
		CREATE TRIGGER note AFTER INSERT ON documents FOR EACH ROW EXECUTE FUNCTION note()`)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(pair(t, l, heron).Begin(t.Context(), document, to("", "a.pdf", intent1))).To(Succeed())
	var setting string
	g.Expect(db.QueryRowContext(t.Context(), "SELECT setting FROM commits").Scan(&setting)).To(Succeed())
	g.Expect(setting).To(Equal("on"))
}

// An intent that a killed process recorded in a database is there, too.
func TestAnIntentOutlivesTheKillOfItsProcessOnPostgres(t *testing.T) {
	if os.Getenv(victim) == "" {
		postgres.Start(t)
		t.Setenv(onPostgres, "1")
	}
	TestAnIntentOutlivesTheKillOfItsProcess(t)
}
