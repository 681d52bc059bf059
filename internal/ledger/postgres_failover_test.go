package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

// carry records documents one after the other, as a run does, and tells when it is through.
func carry(ctx context.Context, p *ledger.Pair, first, last int64) <-chan error {
	over := make(chan error, 1)
	go func() {
		var err error
		for id := first; id <= last && err == nil; id++ {
			if err = p.Begin(ctx, id, to("", fmt.Sprint(id), intent1)); err == nil {
				err = p.Settle(ctx, id, standing1)
			}
		}
		over <- err
	}()
	return over
}

// carried holds the records against what carry recorded.
func carried(t *testing.T, p *ledger.Pair, documents int) {
	t.Helper()
	g := NewWithT(t)
	records, err := p.Documents(t.Context())
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(records).To(HaveLen(documents))
	for id, r := range records {
		g.Expect(r.Standing).To(Equal(&standing1), "document %d", id)
		g.Expect(r.Intent).To(BeNil(), "document %d", id)
	}
}

// When a server dies in the middle of a run and its standby is promoted, the run goes on there, with all that was recorded.
func TestPostgresMayFailOver(t *testing.T) {
	g := NewWithT(t)
	primary := postgres.New(t)
	database := primary.Database(t)
	standby := primary.Standby(t)
	l, err := ledger.Open(t.Context(), primary.Either(standby, database), ledger.Fenced())
	g.Expect(err).NotTo(HaveOccurred())
	defer l.Close()
	p := pair(t, l, heron)
	g.Expect(<-carry(t.Context(), p, 1, 50)).To(Succeed())

	over := carry(t.Context(), p, 51, 400)
	primary.Stop(t)
	standby.Promote(t)
	g.Expect(<-over).To(Succeed())
	carried(t, p, 400)
	g.Expect(l.Ping(t.Context())).To(Succeed())
}

// A newer version makes tables and columns that an older process, which still runs, knows nothing of.
func TestAnOlderProcessGoesOnUnderNewerTables(t *testing.T) {
	g := NewWithT(t)
	dsn := postgres.Start(t).Database(t)
	older, err := ledger.Open(t.Context(), dsn, ledger.Fenced())
	g.Expect(err).NotTo(HaveOccurred())
	defer older.Close()
	p := pair(t, older, heron)
	over := carry(t.Context(), p, 1, 200)
	newer, err := sql.Open("pgx", dsn)
	g.Expect(err).NotTo(HaveOccurred())
	defer newer.Close()
	for _, statement := range []string{
		`ALTER TABLE documents ADD COLUMN fingerprint TEXT NOT NULL DEFAULT ''`,
		`ALTER TABLE requests ADD COLUMN claimant TEXT NOT NULL DEFAULT ''`,
		`CREATE TABLE reviews (id BIGINT PRIMARY KEY)`,
		`CREATE INDEX documents_by_hash ON documents (hash)`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, true)`,
	} {
		_, err := newer.ExecContext(t.Context(), statement)
		g.Expect(err).NotTo(HaveOccurred(), statement)
	}
	g.Expect(<-over).To(Succeed())
	carried(t, p, 200)

	// It starts once more, after a crash say, before the newer one takes over.
	again, err := ledger.Open(t.Context(), dsn, ledger.Fenced())
	g.Expect(err).NotTo(HaveOccurred())
	defer again.Close()
	p = pair(t, again, heron)
	g.Expect(<-carry(t.Context(), p, 201, 210)).To(Succeed())
	carried(t, p, 210)
}
