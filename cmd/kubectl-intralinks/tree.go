package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dataroom.dev/intralinks-operator/internal/apiclient"
	"dataroom.dev/intralinks-operator/internal/findings"
)

func newTreeCommand(a *app) *cobra.Command {
	var o output
	var r reach
	depth := 0
	command := &cobra.Command{
		Use:   "tree INTEGRATION EXCHANGE [PATH]",
		Short: "Show the folders of an exchange, with counts and sizes",
		Long: "Shows the folders of an exchange, which is named by its id or its name, from PATH on. Counts and sizes are of all\n" +
			"that is in a folder and below it, also of what is deeper than --depth.",
		Example: "  kubectl intralinks tree intralinks-production \"Project Heron\" --depth 2\n" +
			"  kubectl intralinks tree intralinks-production 7100015 /Contracts",
		GroupID:           lookGroup,
		Args:              takes("INTEGRATION", "EXCHANGE", "[PATH]"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: a.asks(&o, &r, func(ctx context.Context, c *apiclient.Client, integration apiclient.Object, args []string) (result, error) {
			path := "/"
			if len(args) > 2 {
				path = args[2]
			}
			found, err := c.Tree(ctx, integration, args[1], path, depth)
			if err != nil {
				return result{}, err
			}
			return treeOf(found), nil
		}),
	}
	command.Flags().IntVar(&depth, "depth", 3, "how many levels of folders to show; -1: all")
	o.addTo(command, "json", "yaml", "csv")
	r.addTo(command)
	return command
}

func treeOf(found *findings.Tree) result {
	r := result{value: found, header: []string{"id", "path", "depth", "folders", "documents", "bytes", "allFolders", "allDocuments", "allBytes"}}
	for _, f := range found.Folders {
		r.rows = append(r.rows, []string{
			strconv.FormatInt(f.ID, 10), f.Path, strconv.Itoa(f.Depth), strconv.Itoa(f.Folders), strconv.Itoa(f.Documents), strconv.FormatInt(f.Bytes, 10),
			strconv.Itoa(f.AllFolders), strconv.Itoa(f.AllDocuments), strconv.FormatInt(f.AllBytes, 10),
		})
	}
	r.people = func(w io.Writer) error { return showTree(w, found) }
	return r
}

// showTree draws lines from each folder to those in it.
func showTree(w io.Writer, found *findings.Tree) error {
	rows := make([][]string, 0, len(found.Folders))
	last := lastOfEach(found.Folders)
	open := map[int]bool{} // depths at which more folders follow
	for k, f := range found.Folders {
		name := strings.Builder{}
		for depth := 1; depth < f.Depth; depth++ {
			name.WriteString(map[bool]string{true: "│  ", false: "   "}[open[depth]])
		}
		if f.Depth > 0 {
			name.WriteString(map[bool]string{true: "└─ ", false: "├─ "}[last[k]])
			open[f.Depth] = !last[k]
			name.WriteString(printable(f.Name))
		} else {
			name.WriteString(printable(found.Exchange.Name + " " + f.Path))
		}
		rows = append(rows, []string{name.String(), strconv.FormatInt(f.ID, 10), count(int64(f.AllDocuments)), bytesOf(f.AllBytes)})
	}
	if err := writeTable(w, []string{"FOLDER", "ID", "DOCUMENTS", "SIZE"}, rows); err != nil {
		return err
	}
	if found.Orphaned > 0 {
		fmt.Fprintf(w, "\n%s in folders that the account can't see: they are in none of these counts.\n", plural(int64(found.Orphaned), "document"))
	}
	return nil
}

// lastOfEach tells which folders are the last in theirs.
func lastOfEach(folders []findings.Folder) []bool {
	last := make([]bool, len(folders))
	followed := map[int]bool{} // at a depth, since a shallower folder
	for k := len(folders) - 1; k >= 0; k-- {
		depth := folders[k].Depth
		last[k] = !followed[depth]
		followed[depth] = true
		for deeper := range followed {
			if deeper > depth {
				delete(followed, deeper)
			}
		}
	}
	return last
}
