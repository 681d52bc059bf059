// kubectl-intralinks is the kubectl plugin of the Intralinks operator: kubectl runs it as "kubectl intralinks".
//
// One file is one command. What they share: app.go reaches the cluster, errors.go has the exit codes and turns an error
// into words, output.go prints for people and for scripts, complete.go completes names.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// Stamped by the build, from the commit.
var version, commit, date = "dev", "unknown", "unknown"

func main() {
	os.Exit(start())
}

func start() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args, genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr})
}
