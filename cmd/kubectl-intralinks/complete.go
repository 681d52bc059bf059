package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// completionPatience is how long a person who pressed the tabulator may be kept waiting.
const completionPatience = 3 * time.Second

// completeSyncs offers the FolderSyncs of the namespace for the first argument.
func (a *app) completeSyncs(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completeNames(cmd.Context(), v1alpha1.GroupVersion.WithKind("FolderSyncList"), typed)
}

// completeIntegrations offers the IntralinksIntegrations of the namespace for the first argument.
func (a *app) completeIntegrations(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.completeNames(cmd.Context(), v1alpha1.GroupVersion.WithKind("IntralinksIntegrationList"), typed)
}

func (a *app) completeNamespaces(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	return a.completeNames(cmd.Context(), corev1.SchemeGroupVersion.WithKind("NamespaceList"), typed)
}

func (a *app) completeContexts(_ *cobra.Command, _ []string, typed string) (names []string, _ cobra.ShellCompDirective) {
	config, err := a.Flags.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for name := range config.Contexts {
		if strings.HasPrefix(name, typed) {
			names = append(names, name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeNames lists nothing but the objects' names. Where that fails it offers nothing: the command itself will say why.
func (a *app) completeNames(ctx context.Context, kind schema.GroupVersionKind, typed string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(ctx, completionPatience)
	defer cancel()
	c, namespace, err := a.cluster()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if kind.Kind == "NamespaceList" {
		namespace = ""
	}
	list := &metav1.PartialObjectMetadataList{}
	list.SetGroupVersionKind(kind)
	if err := c.List(ctx, list, client.InNamespace(namespace), client.Limit(500)); err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, item := range list.Items {
		if strings.HasPrefix(item.Name, typed) {
			names = append(names, item.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// completeFlag offers these values for a flag of a command.
func completeFlag(command *cobra.Command, flag string, values ...string) {
	// It fails only for a flag that doesn't exist.
	if err := command.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}
