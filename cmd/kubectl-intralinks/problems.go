package main

import (
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func newProblemsCommand(a *app) *cobra.Command {
	var o output
	command := &cobra.Command{
		Use:   "problems SYNC",
		Short: "List the documents that did not cross, why, and what to do",
		Example: "  kubectl intralinks problems project-heron-contracts\n" +
			"  kubectl intralinks problems project-heron-contracts -o csv > problems.csv",
		GroupID:           lookGroup,
		Args:              takes("SYNC"),
		ValidArgsFunction: a.completeSyncs,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, namespace, err := a.cluster()
			if err != nil {
				return err
			}
			sync, err := getSync(cmd.Context(), c, namespace, args[0])
			if err != nil {
				return err
			}
			return o.print(a.Out, problemsOf(sync))
		},
	}
	o.addTo(command, "json", "yaml", "csv")
	return command
}

// problemList is what problems shows to scripts.
type problemList struct {
	Sync     string                  `json:"sync"`
	Count    int64                   `json:"count"`
	Reasons  []v1alpha1.ProblemCount `json:"reasons"`
	Problems []v1alpha1.Problem      `json:"problems"`
}

func problemsOf(sync *v1alpha1.FolderSync) result {
	list := problemList{
		Sync: sync.Name, Count: sync.Status.ProblemCount,
		Reasons:  append([]v1alpha1.ProblemCount{}, sync.Status.ProblemReasons...),
		Problems: append([]v1alpha1.Problem{}, sync.Status.Problems...),
	}
	r := result{value: list, header: []string{"documentID", "name", "reason", "message"}, people: list.show}
	for _, problem := range list.Problems {
		r.rows = append(r.rows, []string{strconv.FormatInt(problem.DocumentID, 10), problem.Name, string(problem.Reason), problem.Message})
	}
	return r
}

func (l problemList) show(w io.Writer) error {
	if l.Count == 0 && len(l.Problems) == 0 {
		fmt.Fprintln(w, "No document has a problem.")
		return nil
	}
	rows := make([][]string, 0, len(l.Problems))
	for _, problem := range l.Problems {
		rows = append(rows, []string{string(problem.Reason), problem.Name, problem.Message})
	}
	if err := writeTable(w, []string{"REASON", "DOCUMENT", "WHAT TO DO"}, rows); err != nil {
		return err
	}
	if more := l.Count - int64(len(l.Problems)); more > 0 {
		fmt.Fprintf(w, "and %d more\n", more)
	}
	return nil
}
