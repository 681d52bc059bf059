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

	"github.com/go-logr/logr"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// Stamped by the build, from the commit.
var version, commit, date = "dev", "unknown", "unknown"

func main() {
	os.Exit(start())
}

func start() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	log.SetLogger(logr.Discard()) // what the client libraries log is no answer to the person's command
	klog.SetLogger(logr.Discard())
	return run(ctx, os.Args, genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr})
}
