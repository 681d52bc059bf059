// Command demo shows the operator's main job on a bare machine, and proves that it was done: documents
// cross from a simulated Intralinks exchange into a simulated Luminance Division, moved by the operator
// as users run it, told what to do by resources in a real Kubernetes API.
//
// Its promise: it exits with 0 only if every byte arrived that had to, and nothing that it started
// outlives it. `make demo` builds what it runs and sets KUBEBUILDER_ASSETS.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Exit statuses as a shell reports them: of a demo that failed, and of one that was interrupted.
const (
	exitFailed      = 1
	exitInterrupted = 130
)

func main() { os.Exit(run()) }

func run() int {
	ctx, interrupted := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer interrupted()
	settings, err := settingsFrom(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		return exitFailed
	}
	err = play(ctx, settings, newScreen(os.Stdout))
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "demo: interrupted; everything that was started has been stopped")
		return exitInterrupted
	default:
		fmt.Fprintln(os.Stderr, "demo: FAILED:", err)
		return exitFailed
	}
}
