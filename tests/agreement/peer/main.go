// Validates objects against CRDs with the API server's own code (k8s.io/apiextensions-apiserver), so
// that src/schema can be held to it object by object.
//
// Reads one JSON object a line, {"crd": ..., "objects": [{"version": "v1", "object": ..., "old": ...,
// "ours": ["field: message", ...]}]}, where "ours" is what src/schema says. Prints each difference and
// a last line with the counts. Exits with 1 when there is a difference.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	schemaobjectmeta "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	crvalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

type job struct {
	CRD     json.RawMessage `json:"crd"`
	Name    string          `json:"name"`
	Ours    []string        `json:"ours"` // What src/schema says about the CRD itself.
	Objects []struct {
		Version string          `json:"version"`
		What    string          `json:"what"`
		Object  json.RawMessage `json:"object"`
		Old     json.RawMessage `json:"old"`
		Ours    []string        `json:"ours"`
	} `json:"objects"`
}

type kind struct {
	structural *structuralschema.Structural
	values     crvalidation.SchemaValidator
	rules      *schemacel.Validator
}

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	objects, verdicts, same, accepted, crds, crdsSame := 0, 0, 0, 0, 0, 0
	for {
		line, err := input.ReadBytes('\n')
		if len(line) > 0 {
			var next job
			must(json.Unmarshal(line, &next))
			kinds, theirs := load(next.CRD)
			crds++
			if len(theirs) == 0 && len(next.Ours) == 0 || strings.Join(theirs, "\n") == strings.Join(next.Ours, "\n") {
				crdsSame++
			} else {
				differ(next.Name, "the CRD", theirs, next.Ours)
			}
			for _, object := range next.Objects {
				known, ok := kinds[object.Version]
				if !ok {
					continue
				}
				theirs := validate(known, object.Object, object.Old)
				sort.Strings(object.Ours)
				objects++
				if len(theirs) == 0 {
					accepted++
				}
				if (len(theirs) == 0) == (len(object.Ours) == 0) {
					verdicts++
				}
				if strings.Join(theirs, "\n") == strings.Join(object.Ours, "\n") {
					same++
				} else {
					differ(next.Name, object.What+" "+string(object.Object), theirs, object.Ours)
				}
			}
		}
		if err != nil {
			break
		}
	}
	fmt.Printf("%d CRDs, %d same; %d objects (%d accepted by the server), %d same verdict, %d same messages\n",
		crds, crdsSame, objects, accepted, verdicts, same)
	if same != objects || crdsSame != crds {
		os.Exit(1)
	}
}

func differ(name, what string, theirs, ours []string) {
	if len(what) > 1500 {
		what = what[:1500] + "..."
	}
	fmt.Printf("DIFFERENT %s: %s\n", name, what)
	mine := map[string]bool{}
	for _, line := range ours {
		mine[line] = true
	}
	their := map[string]bool{}
	for _, line := range theirs {
		their[line] = true
		if !mine[line] {
			fmt.Printf("  server: %s\n", line)
		}
	}
	for _, line := range ours {
		if !their[line] {
			fmt.Printf("  ours:   %s\n", line)
		}
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(2)
	}
}

// load compiles every served version; the errors are those that the server would refuse the CRD with.
func load(text []byte) (map[string]kind, []string) {
	versioned := &apiextensionsv1.CustomResourceDefinition{}
	must(json.Unmarshal(text, versioned))
	apiextensionsv1.SetObjectDefaults_CustomResourceDefinition(versioned)
	internal := &apiextensions.CustomResourceDefinition{}
	must(apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(versioned, internal, nil))
	internal.Status.StoredVersions = []string{}
	for _, version := range internal.Spec.Versions {
		if version.Storage {
			internal.Status.StoredVersions = append(internal.Status.StoredVersions, version.Name)
		}
	}
	errors := lines(crdvalidation.ValidateCustomResourceDefinition(context.Background(), internal))
	kinds := map[string]kind{}
	for _, version := range internal.Spec.Versions {
		props, err := apiextensions.GetSchemaForVersion(internal, version.Name)
		if err != nil || props == nil || props.OpenAPIV3Schema == nil || !version.Served {
			continue
		}
		structural, err := structuralschema.NewStructural(props.OpenAPIV3Schema)
		if err != nil {
			continue
		}
		values, _, err := crvalidation.NewSchemaValidator(props.OpenAPIV3Schema)
		must(err)
		kinds[version.Name] = kind{structural, values, schemacel.NewValidator(structural, true, celconfig.PerCallLimit)}
	}
	return kinds, errors
}

func decode(text []byte) map[string]interface{} {
	object := map[string]interface{}{}
	must(utiljson.Unmarshal(text, &object))
	return object
}

// prepare does what happens to an object between the wire and validation, in the server's order
// (apiextensions customresource_handler.go); the result are the unknown fields.
func prepare(known kind, object map[string]interface{}) []string {
	_, unknown := schemaobjectmeta.CoerceWithOptions(nil, object, known.structural, true,
		schemaobjectmeta.CoerceOptions{DropInvalidFields: false, ReturnUnknownFieldPaths: true})
	unknown = append(unknown, pruning.PruneWithOptions(object, known.structural, true,
		structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	defaulting.PruneNonNullableNullsWithoutDefaults(object, known.structural)
	defaulting.Default(object, known.structural)
	return unknown
}

func validate(known kind, text, oldText []byte) []string {
	object := decode(text)
	unknown := prepare(known, object)
	var old map[string]interface{}
	if len(oldText) > 0 && string(oldText) != "null" {
		old = decode(oldText)
		prepare(known, old)
	}
	meta := &unstructured.Unstructured{Object: object}
	errors := field.ErrorList{}
	if meta.GetNamespace() == "" && meta.GetName() == "" {
		meta = meta.DeepCopy()
	}
	if meta.GetGenerateName() != "" && meta.GetName() == "" {
		meta = meta.DeepCopy()
		meta.SetName(meta.GetGenerateName() + "bcdfg")
	}
	errors = append(errors, metavalidation.ValidateObjectMetaAccessor(meta, meta.GetNamespace() != "",
		metavalidation.NameIsDNSSubdomain, field.NewPath("metadata"))...)
	errors = append(errors, crvalidation.ValidateCustomResource(nil, object, known.values)...)
	errors = append(errors, schemaobjectmeta.Validate(nil, object, known.structural, false)...)
	errors = append(errors, listtype.ValidateListSetsAndMaps(nil, known.structural, object)...)
	if known.rules != nil && blocks(errors) {
		errors = append(errors, field.Invalid(nil, nil, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"))
	} else if known.rules != nil && os.Getenv("WITHOUT_RULES") == "" {
		var oldObject interface{}
		if old != nil {
			oldObject = old
		}
		ruleErrors, _ := known.rules.Validate(context.Background(), nil, known.structural, object, oldObject,
			celconfig.RuntimeCELCostBudget)
		errors = append(errors, ruleErrors...)
	}
	result := lines(errors)
	for _, path := range unknown {
		result = append(result, fmt.Sprintf("unknown field %q", path))
	}
	sort.Strings(result)
	return result
}

// blocks is hasBlockingErr of apiextensions registry/customresource/strategy.go.
func blocks(errors field.ErrorList) bool {
	for _, err := range errors {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany,
			field.ErrorTypeTypeInvalid:
			return true
		}
	}
	return false
}

func lines(errors field.ErrorList) []string {
	seen := map[string]bool{}
	result := []string{}
	for _, err := range errors {
		line := err.Error()
		if !seen[line] {
			seen[line] = true
			result = append(result, line)
		}
	}
	sort.Strings(result)
	return result
}
