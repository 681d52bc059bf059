// Package postgres gives tests a real PostgreSQL server, Debian's: one for each test binary, started when the first test
// asks for it, and ended with the test binary, however that ends.
package postgres

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"

	"dataroom.dev/intralinks-operator/internal/testenv/reaper"
)

// Required is the variable that makes a missing PostgreSQL a failure, where all tests have to have run.
const Required = "POSTGRES_REQUIRED"

// startTimeout is far above the second that a start takes on an idle machine.
const startTimeout = 2 * time.Minute

// Server is a running PostgreSQL server that only this machine can reach, by a socket in its folder.
type Server struct {
	binaries, folder string
	credential       *syscall.Credential
	postgres         string
	databases        atomic.Int64

	mu      sync.Mutex
	running *exec.Cmd
	log     *bytes.Buffer
}

var shared = sync.OnceValues(newServer)

// errNone says that there is no PostgreSQL on this machine.
var errNone = errors.New("there is no PostgreSQL on this machine: install Debian's package postgresql (apt-get install postgresql), " +
	"or put the folder with initdb and postgres into PATH")

// Start returns the server of this test binary, and starts it if this is the first call. It skips the test where there
// is no PostgreSQL, unless that is required.
func Start(t testing.TB) *Server {
	t.Helper()
	s, err := shared()
	return usable(t, s, err)
}

// New starts a server of the test's own, to stop and start as it likes.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := newServer()
	s = usable(t, s, err)
	t.Cleanup(func() { s.Stop(t) })
	return s
}

func usable(t testing.TB, s *Server, err error) *Server {
	t.Helper()
	if errors.Is(err, errNone) && os.Getenv(Required) == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// newFolder makes a place for a server.
func newFolder() (*Server, error) {
	binaries, err := find()
	if err != nil {
		return nil, err
	}
	// The path of a socket has to be short.
	folder, err := os.MkdirTemp("/tmp", "postgres-")
	if err != nil {
		return nil, err
	}
	s := &Server{binaries: binaries, folder: folder, log: &bytes.Buffer{}}
	watch, err := reaper.Start(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if s.credential, err = unprivileged(); err != nil {
		return nil, err
	}
	if s.credential != nil {
		if err := os.Chown(folder, int(s.credential.Uid), int(s.credential.Gid)); err != nil {
			return nil, err
		}
	}
	if s.postgres, err = watch.Wrap(filepath.Join(binaries, "postgres"), reaper.Quit); err != nil {
		return nil, err
	}
	return s, nil
}

func newServer() (*Server, error) {
	s, err := newFolder()
	if err != nil {
		return nil, err
	}
	initdb := s.command("initdb", "--pgdata="+s.data(), "--username=ledger", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	if output, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return s, s.start()
}

// find looks for the server's binaries where PATH and Debian have them.
func find() (folder string, err error) {
	candidates, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	for _, folder := range append(filepath.SplitList(os.Getenv("PATH")), candidates...) {
		_, errInit := os.Stat(filepath.Join(folder, "initdb"))
		_, errServer := os.Stat(filepath.Join(folder, "postgres"))
		if errInit == nil && errServer == nil {
			// initdb looks beside itself for the rest, and PATH may have a link to it only.
			resolved, err := filepath.EvalSymlinks(filepath.Join(folder, "initdb"))
			return filepath.Dir(resolved), err
		}
	}
	return "", errNone
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(s.binaries, name), args...) //nolint:noctx // it lives as long as the reaper lets it
	c.Dir, c.SysProcAttr = s.folder, &syscall.SysProcAttr{Credential: s.credential, Setpgid: true}
	return c
}

// start starts the server. That a commit survives a power cut is not tested, so nothing is flushed to the disk.
func (s *Server) start() error {
	c := s.command("postgres", "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "max_connections=100", "-c", "dynamic_shared_memory_type=mmap", "-c", "autovacuum=off")
	c.Path = s.postgres
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Stdout, c.Stderr = s.log, s.log
	if err := c.Start(); err != nil {
		return err
	}
	s.running = c
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	_, err := backoff.Retry(ctx, func() (struct{}, error) { return struct{}{}, s.admin(ctx, "SELECT 1") },
		backoff.WithBackOff(backoff.NewConstantBackOff(20*time.Millisecond)))
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	return nil
}

// Stop ends the server at once, as a crash does: whoever is connected finds out.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return
	}
	if err := s.running.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	_ = s.running.Wait() // it was killed, and says so
	s.running = nil
}

// Restart stops the server and starts it again, with what was committed.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	if err := s.start(); err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}
}

// T is what making a database needs of a test.
type T interface {
	Helper()
	Cleanup(func())
	Error(...any)
	Fatal(...any)
}

// Database makes an empty database, which goes with the test, and gives its address.
func (s *Server) Database(t T) (dsn string) {
	t.Helper()
	name := fmt.Sprintf("test%d", s.databases.Add(1))
	if err := s.admin(context.Background(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.running == nil {
			return
		}
		if err := s.admin(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.address(name)
}

func (s *Server) address(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {s.folder}, "user": {"ledger"}}.Encode()
}

func (s *Server) admin(ctx context.Context, statement string) (err error) {
	db, err := sql.Open("pgx", s.address("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, statement)
	return err
}
