package testenv

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"testing"
)

// RunOperator builds the operator as it ships and runs it, with more flags, until the test ends. It serves neither
// metrics nor probes, an API only where the flags say so, and calls no host but this one.
func (e *Env) RunOperator(t testing.TB, flags ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	command := exec.CommandContext(ctx, e.Operator(t), append(append([]string{"--api-bind-address=0"}, flags...), "--allowed-hosts=127.0.0.1", "--metrics-bind-address=0", "--health-probe-bind-address=0",
		"--ledger=sqlite://"+filepath.Join(t.TempDir(), "ledger.db"))...)
	command.Env = append(command.Environ(), "KUBECONFIG="+e.Kubeconfig)
	if err := command.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = command.Wait() // it was killed
	})
}

// Operator is the path of the operator's program, built as it ships.
func (e *Env) Operator(t testing.TB) (program string) {
	t.Helper()
	program, err := e.operator()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// buildOperator into a folder. It takes the longest of all that a test does, so it is done once for a test binary.
func buildOperator(folder string) (program string, err error) {
	crds, err := crdFolder()
	if err != nil {
		return "", err
	}
	program = filepath.Join(folder, "manager")
	build := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false", "-o", program, ".")
	build.Dir = filepath.Dir(filepath.Dir(filepath.Dir(crds)))
	build.Env = append(build.Environ(), "CGO_ENABLED=0") // as every other build, so that the cache is shared
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the operator: %w\n%s", err, output)
	}
	return program, nil
}

// FreeAddress is one of this machine that nobody listens on, for a program that is told where to.
func FreeAddress(t testing.TB) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}
