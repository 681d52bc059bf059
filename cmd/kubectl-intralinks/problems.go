package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
)

// problemOptions are the flags of problems.
type problemOptions struct {
	output
	reach
	reason, search string
}

func newProblemsCommand(a *app) *cobra.Command {
	var o problemOptions
	command := &cobra.Command{
		Use:   "problems SYNC",
		Short: "List the documents that did not cross, why, and what to do",
		Long: "Lists all documents that did not cross, with what to do about each. The status of a sync holds the first 20: where there\n" +
			"are no more, that is what is shown; else the operator is asked. Where that can't be, the first 20 are shown, and the\n" +
			"exit code is 3.",
		Example: "  kubectl intralinks problems project-heron-contracts\n" +
			"  kubectl intralinks problems project-heron-contracts --reason Protected\n" +
			"  kubectl intralinks problems project-heron-contracts -o csv > problems.csv",
		GroupID:           lookGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.problems(cmd.Context(), o, args[0]) },
	}
	command.Flags().StringVar(&o.reason, "reason", "", "only those of this reason, such as Protected")
	command.Flags().StringVar(&o.search, "search", "", "only those whose path, reason or id holds this text")
	o.output.addTo(command, "json", "yaml", "csv")
	o.reach.addTo(command)
	return command
}

// problemList is what problems shows to scripts.
type problemList struct {
	Sync string `json:"sync"`
	// Count of all; Problems may be fewer.
	Count    int64                   `json:"count"`
	Reasons  []v1alpha1.ProblemCount `json:"reasons"`
	Problems []problemView           `json:"problems"`
}

// problemView is a document that did not cross.
type problemView struct {
	DocumentID int64  `json:"documentID"`
	Name       string `json:"name"`
	Reason     string `json:"reason"`
	Message    string `json:"message"`
	// Advice is what to do about the reason in general.
	Advice string `json:"advice"`
	// Bytes, Version and what follows are known where the operator was asked; the times and attempts of what was tried.
	Bytes    int64     `json:"bytes,omitempty"`
	Version  int64     `json:"version,omitempty"`
	FailedAt time.Time `json:"failedAt,omitzero"`
	Attempts int64     `json:"attempts,omitempty"`
	RetryAt  time.Time `json:"retryAt,omitzero"`
}

func (a *app) problems(ctx context.Context, o problemOptions, name string) error {
	c, namespace, err := a.cluster()
	if err != nil {
		return err
	}
	sync, err := getSync(ctx, c, namespace, name)
	if err != nil {
		return err
	}
	if sync.Status.ProblemCount <= int64(len(sync.Status.Problems)) {
		return o.print(a.Out, o.narrowed(statusProblems(sync)).result())
	}
	list, warning, err := a.allProblems(ctx, o, sync)
	if err == nil {
		if err = o.print(a.Out, list.result()); err == nil && warning != "" {
			err = notInOrder(warning, "")
		}
		return err
	}
	if printErr := o.print(a.Out, o.narrowed(statusProblems(sync)).result()); printErr != nil {
		return printErr
	}
	why := explain(err)
	return notInOrder(fmt.Sprintf("only the first %d of %d problems are known, because the operator could not be asked: %s",
		len(sync.Status.Problems), sync.Status.ProblemCount, why.what), why.advice)
}

// allProblems asks the operator. A warning says why the list isn't whole.
func (a *app) allProblems(ctx context.Context, o problemOptions, sync *v1alpha1.FolderSync) (list *problemList, warning string, err error) {
	c, _, err := a.operator(ctx, o.reach)
	if err != nil {
		return nil, "", err
	}
	defer c.Close()
	list = &problemList{Sync: sync.Name, Problems: []problemView{}}
	warned := func(text string) { warning = text }
	for p, err := range c.Problems(ctx, apiclient.Object{Namespace: sync.Namespace, Name: sync.Name}, o.reason, o.search, warned) {
		if err != nil {
			return nil, "", err
		}
		list.Problems = append(list.Problems, viewProblem(p))
	}
	list.count()
	return list, warning, nil
}

func viewProblem(p findings.Problem) problemView {
	return problemView{
		DocumentID: p.DocumentID, Name: p.Path, Reason: p.Reason, Message: p.Message, Advice: p.Advice, Bytes: p.Bytes, Version: p.Version,
		FailedAt: p.FailedAt, Attempts: p.Attempts, RetryAt: p.RetryAt,
	}
}

// statusProblems are the first ones.
func statusProblems(sync *v1alpha1.FolderSync) *problemList {
	list := &problemList{
		Sync: sync.Name, Count: sync.Status.ProblemCount, Problems: []problemView{},
		Reasons: append([]v1alpha1.ProblemCount{}, sync.Status.ProblemReasons...),
	}
	for _, p := range sync.Status.Problems {
		list.Problems = append(list.Problems, problemView{DocumentID: p.DocumentID, Name: p.Name, Reason: string(p.Reason), Message: p.Message, Advice: findings.Advice(string(p.Reason))})
	}
	return list
}

// narrowed keeps what the flags ask for.
func (o *problemOptions) narrowed(list *problemList) *problemList {
	if o.reason == "" && o.search == "" {
		return list
	}
	list.Problems = slices.DeleteFunc(list.Problems, func(p problemView) bool {
		text := strings.ToLower(strings.Join([]string{p.Name, p.Reason, strconv.FormatInt(p.DocumentID, 10)}, "\n"))
		return o.reason != "" && p.Reason != o.reason || !strings.Contains(text, strings.ToLower(o.search))
	})
	list.count()
	return list
}

// count counts what is listed.
func (l *problemList) count() {
	l.Count, l.Reasons = int64(len(l.Problems)), []v1alpha1.ProblemCount{}
	counts := map[string]int64{}
	for _, p := range l.Problems {
		counts[p.Reason]++
	}
	for reason, n := range counts {
		l.Reasons = append(l.Reasons, v1alpha1.ProblemCount{Reason: v1alpha1.ProblemReason(reason), Count: n})
	}
	slices.SortFunc(l.Reasons, func(a, b v1alpha1.ProblemCount) int { return cmp.Compare(a.Reason, b.Reason) })
}

func (l *problemList) result() result {
	r := result{value: l, header: []string{"documentID", "name", "reason", "message", "advice"}, people: l.show}
	for _, p := range l.Problems {
		r.rows = append(r.rows, []string{strconv.FormatInt(p.DocumentID, 10), p.Name, p.Reason, p.Message, p.Advice})
	}
	return r
}

func (l *problemList) show(w io.Writer) error {
	if l.Count == 0 && len(l.Problems) == 0 {
		fmt.Fprintln(w, "No document has a problem.")
		return nil
	}
	rows := make([][]string, 0, len(l.Problems))
	for _, p := range l.Problems {
		rows = append(rows, []string{p.Reason, p.Name, p.Message})
	}
	if err := writeTable(w, []string{"REASON", "DOCUMENT", "WHAT IS WRONG"}, rows); err != nil {
		return err
	}
	if more := l.Count - int64(len(l.Problems)); more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
	fmt.Fprintln(w, "\nWhat to do:")
	for _, reason := range l.Reasons {
		if advice := findings.Advice(string(reason.Reason)); advice != "" {
			fmt.Fprintf(w, "  %s (%s): %s\n", reason.Reason, count(reason.Count), advice)
		}
	}
	return nil
}
