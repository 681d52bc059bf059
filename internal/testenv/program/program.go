// Package program runs the operator as it ships, for tests: the program with its flags, against a real API server.
package program

import (
	"context"
	"net"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// FreeAddress is one that nobody listens on, for a program that is told where to.
func FreeAddress(t testing.TB) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// Run builds the operator and runs it until the test ends. It calls services on this machine, and serves nothing but what
// the flags ask for.
func Run(t testing.TB, kubeconfig string, flags ...string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "manager")
	build(t, program)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	command := exec.CommandContext(ctx, program, append([]string{"--allowed-hosts=127.0.0.1", "--metrics-bind-address=0", "--health-probe-bind-address=0", "--api-bind-address=0",
		"--ledger=sqlite://" + filepath.Join(t.TempDir(), "ledger.db")}, flags...)...)
	command.Env = append(command.Environ(), "KUBECONFIG="+kubeconfig)
	said := &log{t: t}
	command.Stdout, command.Stderr = said, said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = command.Wait() // it was killed
		said.tellOfFailure()
	})
}

// build takes from the go command's cache what was built before.
func build(t testing.TB, program string) {
	t.Helper()
	// By its path: a test runs in the folder of its package.
	command := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", program, "dataroom.dev/intralinks-operator")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build the operator: %v\n%s", err, output)
	}
}

// log keeps what the program writes, and tells it where a test has failed.
type log struct {
	t    testing.TB
	mu   sync.Mutex
	text []byte
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

func (l *log) tellOfFailure() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.t.Failed() {
		l.t.Logf("the end of what the operator wrote:\n%s", l.text[max(0, len(l.text)-4000):])
	}
}
