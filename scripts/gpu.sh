#!/usr/bin/env bash
# What is trained and measured on a GPU, see docs/gpu.md:  scripts/gpu.sh [mini] [ways] [mfu] [prefix]
# Each step ends inside of ten minutes, needs none of the others, and leaves its results in OUT, at most eight files of
# less than 16 MB in all. What a step has trained stays in WORK, where it resumes after a stop.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

: "${PYTHON:=python3}" "${DEVICE:=cuda}" "${OUT:=gpu-results}" "${WORK:=gpu-work}" "${SEED:=0}"
: "${DATA:=scenes/train}"       # scenes to learn from: drawn while the model learns, or a folder
: "${MINI:=--preset mini --conditioning ureca-close-up --scene-memory 22}" "${MINI_SECONDS:=570}"
: "${FIRST_SCENE:=1000}" "${RENDER:=}" "${WORKERS:=}"  # of scenes without end: the first, what renders (cpu, cuda), who
: "${VALIDATION_IMAGES:=64}"
: "${WAYS:=none crop contour box_text vip_blend mask_pool ureca ureca-moments ureca-close-up}"
: "${WAYS_OPTIONS:=--preset nano --steps 1000}" "${WAYS_SECONDS:=300}" "${WAYS_AT_ONCE:=9}"
: "${WAYS_IMAGES:=1500}" "${TEST_IMAGES:=50}"  # scenes drawn for the ways, to learn from and to caption
: "${MFU:=--shapes internvl3-8b}" "${MFU_SECONDS:=75}"
: "${PREFIX:=}"                 # more words for speed.shared_prefix_speed; --checkpoint is the newest mini in WORK

# The lead model, from start to saved weights
mini() {
    local deadline=$((SECONDS + MINI_SECONDS)) words="$MINI --data $DATA --seed $SEED" left status=0 checkpoint
    draw validation "$VALIDATION_IMAGES" || return
    [ "$DATA" = scenes/train ] && words+=" --first-scene $FIRST_SCENE --render $(renderer) --workers $(drawers)"
    left=$((deadline - SECONDS))
    timeout --signal=INT --kill-after=10 $((left + 20)) \
        $PYTHON -m baselines.train $words --validation "$WORK/validation" --time-budget "$left" --out "$WORK/mini" ||
        status=$?
    checkpoint=$(newest_checkpoint)
    [ -n "$checkpoint" ] && cp "$checkpoint"/*.safetensors "$OUT/"
    pack mini
    return $status
}

# The paper's Table 2, controlled: the same data, order and steps for every way of pointing
ways() {
    local rounds each status=0 deadline=$((SECONDS + WAYS_SECONDS)) data=$DATA
    local sweep="$PYTHON -m baselines.training.sweep strategies $WAYS_OPTIONS --seed $SEED"
    draw test "$TEST_IMAGES" || return
    if [ "$DATA" = scenes/train ]; then
        data=$WORK/train
        draw train "$WAYS_IMAGES" || return
    fi
    sweep+=" --data $data --test $WORK/test --test-images $TEST_IMAGES --out $WORK/ways"
    local only=()
    for way in $WAYS; do only+=(--only "$way"); done
    if [ "$WAYS_AT_ONCE" -gt 1 ]; then
        rounds=$(((${#only[@]} / 2 + WAYS_AT_ONCE - 1) / WAYS_AT_ONCE))
        each=$(((deadline - SECONDS) * 4 / 5 / rounds)) # a fifth for captions of the test scenes
        # shellcheck disable=SC2086
        printf '%s\n' $WAYS | xargs -P "$WAYS_AT_ONCE" -I{} $sweep --only {} --time-budget "$((each > 1 ? each : 1))"
        deadline=$((SECONDS + 1)) # what is done is put together, what failed is tried once more and briefly
    fi
    timeout --signal=INT --kill-after=10 $((deadline - SECONDS + 60)) \
        $sweep "${only[@]}" --time-budget $((deadline - SECONDS)) || status=$?
    [ -f "$WORK/ways/results.md" ] && cp "$WORK/ways/results.md" "$OUT/ways.md"
    pack ways
    return $status
}

# The 8B shapes with random weights: samples/s, tokens/s, memory, MFU
mfu() {
    PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True timeout --kill-after=10 $((MFU_SECONDS + 75)) \
        $PYTHON -m speed.model_mfu $MFU --device "$DEVICE" --time-budget "$MFU_SECONDS" --out "$OUT/mfu.json"
}

# An image encoded once for all its regions, and recorded, against one region at a time
prefix() {
    local checkpoint
    checkpoint=$(newest_checkpoint)
    timeout --kill-after=10 120 \
        $PYTHON -m speed.shared_prefix_speed ${checkpoint:+--checkpoint "$checkpoint"} $PREFIX --device "$DEVICE" \
        --out "$OUT/shared-prefix.json"
}

# The first scenes of a split as shards, on all cores: draw SPLIT IMAGES
draw() {
    $PYTHON -m baselines.training.draw --split "$1" --images "$2" --out "$WORK/$1"
}

# What renders scenes without end: the GPU, where numba-cuda is installed
renderer() {
    local look="from importlib.util import find_spec; raise SystemExit(find_spec('numba_cuda') is None)"
    if [ -n "$RENDER" ]; then
        echo "$RENDER"
    elif [ "$DEVICE" != cpu ] && $PYTHON -c "$look"; then
        echo cuda
    else
        echo cpu
    fi
}

# How many processes draw: two cores are left to the one that learns
drawers() {
    local cores
    cores=$(nproc)
    echo "${WORKERS:-$((cores > 3 ? cores - 2 : 1))}"
}

newest_checkpoint() {
    find "$WORK/mini" -path '*/checkpoint/config.json' -printf '%T@ %h\n' 2>/dev/null | sort -n | tail -1 | cut -d' ' -f2-
}

# What a step has left but weights and states: logs, settings, tokenizer, predictions
pack() {
    [ -d "$WORK/$1" ] && tar -C "$WORK" --exclude='*.safetensors' --exclude='state*' -czf "$OUT/$1.tar.gz" "$1"
}

mkdir -p "$OUT" "$WORK" || exit 1
failures=0
for step in "${@:-mini ways mfu prefix}"; do
    for name in $step; do
        case $name in
            mini | ways | mfu | prefix) ;;
            *) echo "no step $name: expected mini, ways, mfu or prefix" >&2 && exit 2 ;;
        esac
        start=$SECONDS
        "$name" || { echo "$name FAILED" >&2 && failures=$((failures + 1)); }
        echo "$name: $((SECONDS - start)) s" >&2
    done
done
find "$OUT" -type f -size +16000k -exec echo "larger than 16 MB:" {} \; >&2
exit $((failures > 0))
