// Command rbacdiff holds the rights in two files of manifests against each other: every Role and
// ClusterRole by what it allows, whatever it is called. It exits with 1 where one file grants what the
// other does not, and says what. It keeps the Helm chart and config/default in step.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: rbacdiff one.yaml other.yaml")
		os.Exit(2)
	}
	same, err := compare(os.Args[1], os.Args[2], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rbacdiff:", err)
		os.Exit(2)
	}
	if !same {
		os.Exit(1)
	}
}

func compare(one, other string, out io.Writer) (bool, error) {
	a, err := rights(one)
	if err != nil {
		return false, err
	}
	b, err := rights(other)
	if err != nil {
		return false, err
	}
	if slices.Equal(a, b) {
		fmt.Fprintf(out, "rbacdiff: both grant the same %d roles\n", len(a))
		return true, nil
	}
	printMissing(out, a, b, one)
	printMissing(out, b, a, other)
	return false, nil
}

func printMissing(out io.Writer, have, lacking []string, file string) {
	for _, role := range have {
		if !slices.Contains(lacking, role) {
			fmt.Fprintf(out, "rbacdiff: only in %s: %s\n", file, role)
		}
	}
}

// rights lists each role of a file as text, sorted, with everything that decides what it allows and
// to whom: its kind, its aggregation and its rules.
func rights(file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()

	var found []string
	manifests := yaml.NewYAMLOrJSONDecoder(f, 4096)
	for {
		var role rbacv1.ClusterRole // a Role has the same fields, but for the aggregation
		err := manifests.Decode(&role)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if role.Kind == "Role" || role.Kind == "ClusterRole" {
			found = append(found, describe(role))
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%s: no Role and no ClusterRole in it", file)
	}
	slices.Sort(found)
	return found, nil
}

func describe(role rbacv1.ClusterRole) string {
	var rules []string
	for _, rule := range role.Rules {
		for _, list := range [][]string{rule.Verbs, rule.APIGroups, rule.Resources, rule.ResourceNames, rule.NonResourceURLs} {
			slices.Sort(list)
		}
		text, _ := json.Marshal(rule) // strings only: it cannot fail
		rules = append(rules, string(text))
	}
	slices.Sort(rules)
	var aggregated []string
	for label, value := range role.Labels {
		if strings.HasPrefix(label, rbacv1.GroupName+"/aggregate-to-") {
			aggregated = append(aggregated, label+"="+value)
		}
	}
	slices.Sort(aggregated)
	return strings.Join(slices.Concat([]string{role.Kind}, aggregated, rules), " ")
}
