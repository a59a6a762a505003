#!/bin/sh
# Stands in for aws, docker and terraform: records the call, fails where it is told to, and keeps in $STAND what would run.
name=${0##*/}
layer=${PWD##*/}
call="$name $*"
[ "$name" = terraform ] && call="$layer: $call"
echo "$call" >> "$STAND/calls"

while IFS='|' read -r pattern status words; do
  # shellcheck disable=SC2254
  case $call in $pattern) echo "$words" >&2; exit "$status" ;; esac
done < "$STAND/failing"

planned_tag() {
  tag=${call#*-var=image_tag=}
  echo "${tag%% *}"
}
roll_out() { # what ECS took back by itself is told by $STAND/sticky
  [ -e "$STAND/sticky" ] || { echo "$1" > "$STAND/web"; echo "$1" > "$STAND/worker"; }
}

case $call in
  *"terraform version"*) echo '{"terraform_version": "1.11.4"}' ;;
  *"terraform output"*) cat "$STAND/outputs-$layer" 2> /dev/null || echo '{}' ;;
  *"terraform show"*) cat "$STAND/shown-$layer" 2> /dev/null || echo '{}' ;;
  *"terraform plan"*)
    planned_tag > "$STAND/planned"
    [ -e "$STAND/unchanged-$layer" ] && exit 0
    exit 2
    ;;
  *"terraform apply"*"service-migration.tfplan") cp "$STAND/outputs" "$STAND/outputs-service" ;;
  *"terraform apply"*"service.tfplan")
    if [ -e "$STAND/slow" ]; then
      trap 'echo "ended by itself" >> "$STAND/calls"; exit 1' INT
      touch "$STAND/applying"
      i=0
      while [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
    fi
    roll_out "$(cat "$STAND/planned")"
    ;;
  *"terraform apply"*"-auto-approve"*) roll_out "$(planned_tag)" ;;
  *"terraform apply"*"registry.tfplan") cp "$STAND/registry" "$STAND/outputs-registry" ;;
  *"get-caller-identity"*) echo 123456789012 ;;
  *"get-login-password"*) echo the-registry-password ;;
  *"docker login"*) cat > "$STAND/password" ;;
  *"docker push"*) touch "$STAND/pushed" ;;
  *"ecr describe-images"*)
    [ -e "$STAND/pushed" ] && exit 0
    echo "An error occurred (ImageNotFoundException)" >&2
    exit 254
    ;;
  *"list-services"*) echo 1 ;;
  *"run-task"*) cat "$STAND/started" ;;
  *"describe-tasks"*) cat "$STAND/migration" ;;
  *"ecs describe-services"*"--services worker"*) echo worker ;;
  *"ecs describe-services"*) echo web ;;
  *"describe-task-definition --task-definition worker"*) echo "registry.example/quittance:$(cat "$STAND/worker")" ;;
  *"describe-task-definition"* | *"apprunner describe-service"*) echo "registry.example/quittance:$(cat "$STAND/web")" ;;
esac
