package postgres

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Standby starts a server that follows this one: no commit is answered before both have it. The new one is the test's own.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	standby, err := newFolder()
	standby = usable(t, standby, err)
	copied := standby.command("pg_basebackup", "--pgdata="+standby.data(), "--host="+s.folder, "--username=ledger", "--write-recovery-conf",
		"--checkpoint=fast", "--no-sync", "--wal-method=stream")
	if output, err := copied.CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v\n%s", err, output)
	}
	if err := standby.start(); err != nil {
		t.Fatalf("%v\n%s", err, standby.log)
	}
	t.Cleanup(func() { standby.Stop(t) })
	s.mustAdmin(t, "ALTER SYSTEM SET synchronous_standby_names = '*'")
	s.mustAdmin(t, "SELECT pg_reload_conf()")
	s.wait(t, "SELECT 1 / count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")
	return standby
}

// Promote has a standby take the place of the server that it followed.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	s.mustAdmin(t, "SELECT pg_promote()")
}

// Either is the address of a database on this server or on another one, whichever takes changes.
func (s *Server) Either(other *Server, dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return dsn // it is refused by who opens it
	}
	query := u.Query()
	query.Set("host", s.folder+","+other.folder)
	u.RawQuery = query.Encode()
	return u.String()
}

func (s *Server) mustAdmin(t testing.TB, statement string) {
	t.Helper()
	if err := s.admin(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

// wait repeats a statement until it goes through.
func (s *Server) wait(t testing.TB, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, s.admin(ctx, statement) },
		backoff.WithBackOff(backoff.NewConstantBackOff(20*time.Millisecond)))
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
