package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/tools/clientcmd"
)

// Exit codes, which docs/kubectl.md promises.
const (
	exitDone        = 0
	exitFailed      = 1
	exitMisused     = 2
	exitNotInOrder  = 3
	exitTimedOut    = 4
	exitInterrupted = 130
)

// personError is an error for the person at the keyboard: what is wrong, and what to do about it.
type personError struct {
	what, advice string
	code         int
	cause        error
}

func (e *personError) Error() string { return e.what }
func (e *personError) Unwrap() error { return e.cause }

// failure says what could not be done, and what to do; exit code 1.
func failure(what, advice string) error {
	return &personError{what: what, advice: advice, code: exitFailed}
}

// misuse says what is wrong with the command line; exit code 2.
func misuse(what string) error { return &personError{what: what, code: exitMisused} }

// notInOrder says that the command worked and what it looked at is not as it should be; exit code 3.
func notInOrder(what, advice string) error {
	return &personError{what: what, advice: advice, code: exitNotInOrder}
}

// timedOut says what was waited for in vain; exit code 4.
func timedOut(what, advice string) error {
	return &personError{what: what, advice: advice, code: exitTimedOut}
}

// errInterrupted says that the person wants no more of it.
var errInterrupted = errors.New("interrupted")

func noCluster(cause error) error {
	what := "the kubeconfig can't be used: " + cause.Error()
	if clientcmd.IsEmptyConfig(cause) {
		what = "there is no kubeconfig, so no cluster to ask"
	}
	return &personError{what: what, code: exitFailed, cause: cause,
		advice: "set KUBECONFIG or --kubeconfig to a kubeconfig that works; kubectl cluster-info tells"}
}

// report prints an error and gives the exit code that belongs to it.
func report(ctx context.Context, w io.Writer, command *cobra.Command, err error) int {
	if ctx.Err() != nil || errors.Is(err, errInterrupted) {
		return exitInterrupted // by the person, who knows
	}
	told := explain(err)
	fmt.Fprintf(w, "Error: %s\n", printableText(told.what))
	switch {
	case told.advice != "":
		fmt.Fprintf(w, "  %s\n", printableText(strings.ReplaceAll(told.advice, "\n", "\n  ")))
	case told.code == exitMisused:
		fmt.Fprintf(w, "  see %s --help\n", command.CommandPath())
	}
	return told.code
}

// explain finds words for what the libraries report.
func explain(err error) *personError {
	if told := explainOperator(err); told != nil {
		return told
	}
	var told *personError
	var noMatch *meta.NoKindMatchError
	var netError net.Error
	var urlError *url.Error
	switch {
	case errors.As(err, &told):
		return told
	case meta.IsNoMatchError(err) || errors.As(err, &noMatch):
		return &personError{what: "this cluster does not have the kinds FolderSync and IntralinksIntegration", code: exitFailed,
			advice: "install the operator first (docs/installation.md), or choose the cluster with --context"}
	case apierrors.IsForbidden(err):
		return &personError{what: "not allowed: " + err.Error(), code: exitFailed,
			advice: "kubectl auth can-i --list tells what you may do; docs/installation.md has the roles to ask for"}
	case apierrors.IsUnauthorized(err):
		return &personError{what: "the cluster does not accept who the kubeconfig says you are", code: exitFailed,
			advice: "sign in to the cluster again; kubectl auth whoami tells who you are"}
	case isCobraMisuse(err):
		return &personError{what: err.Error(), code: exitMisused}
	case errors.As(err, &netError) || errors.As(err, &urlError):
		return &personError{what: "the cluster does not answer: " + err.Error(), code: exitFailed,
			advice: "kubectl cluster-info tells whether it can be reached; --context chooses another"}
	}
	return &personError{what: err.Error(), code: exitFailed}
}

// isCobraMisuse knows cobra's own errors about the command line, which have no type, by how they begin.
func isCobraMisuse(err error) bool {
	for _, beginning := range []string{"unknown command", "accepts ", "requires at least", "required flag(s)", "if any flags in the group"} {
		if strings.HasPrefix(err.Error(), beginning) {
			return true
		}
	}
	return false
}
